"""Load the demonstration community 和煦社区 (Hexu Community)."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation

from carenet.demo import load, papers, station
from carenet.parties.models import Community

WIDTH = 30


class Bar:
    """A progress bar on one line; without a terminal one line a chapter."""

    def __init__(self, total: int, stream: Any) -> None:
        self.total, self.stream, self.done, self.words = max(total, 1), stream, 0, ""
        self.live = bool(getattr(stream, "isatty", lambda: False)())
        self.drawn = 0.0

    def add(self, words: str, count: int) -> None:
        """Count steps and redraw at most ten times a second."""
        self.done += count
        if not self.live:
            if words != self.words:
                self.stream.write(f"  {words} …\n")
                self.stream.flush()
            self.words = words
            return
        self.words = words
        if time.monotonic() - self.drawn > 0.1:
            self.draw()

    def draw(self) -> None:
        part = min(self.done / self.total, 1)
        bar = "█" * int(part * WIDTH) + "░" * (WIDTH - int(part * WIDTH))
        self.stream.write(f"\r  {bar} {part:4.0%}  {self.words}            ")
        self.stream.flush()
        self.drawn = time.monotonic()

    def end(self) -> None:
        self.done = self.total
        if self.live:
            self.draw()
            self.stream.write("\n")


class Command(BaseCommand):
    help = "Load the demonstration community (和煦社区), once. All of it is made up and marked 演示."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--small", action="store_true", help="60 elders instead of 1,226")
        parser.add_argument("--communities", type=int, default=1, help="how many communities to make")
        parser.add_argument("--seed", type=int, default=0, help="another seed makes other people")

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("zh-hans")
        at = timezone.localtime(timezone.now()).replace(microsecond=0)
        began = time.monotonic()
        for number in range(options["communities"]):
            name, name_en, slug = station.name_of(number)
            if Community.objects.filter(slug=slug).exists():
                self.stdout.write(f"{name} 已经在这里了 ({name_en} is already here).")
                continue
            self.stdout.write(f"正在准备演示社区“{name}” (loading the demonstration community {name_en})")
            bar = Bar(load.sizes(small=options["small"]), sys.stderr)
            try:
                community = load.load(
                    number=number, small=options["small"], seed=options["seed"], at=at, report=bar.add
                )
                papers.keep(community=community, number=number, at=at)
            except (OperationalError, InterfaceError) as error:
                raise CommandError(
                    f"The database stopped in the middle, nothing of the demonstration was kept: {error.args[0]}".strip()
                ) from error
            bar.end()
        self.stdout.write(f"完成，用时 {time.monotonic() - began:.0f} 秒 (done).")
