"""`manage.py up`, the process behind `make run`: the whole station in one command."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from carenet import embedded, preflight
from carenet.embedded import places, processes
from carenet.supervisor import Supervisor

FIRST_ANSWER_SECONDS = 60.0
# One thread in each of a few processes: the quickest of what was measured (proof.md §1e).
WEB = (
    "-m granian --interface wsgi --blocking-threads 1 --log-level warning --no-access-log "
    "--respawn-failed-workers --respawn-interval 1 --workers-kill-timeout 2"
)
WORKER = (
    "-m celery -A carenet --quiet worker --concurrency 2 --loglevel WARNING --without-gossip --without-mingle"
)
BEAT = "-m celery -A carenet --quiet beat --loglevel WARNING"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (what is asked for, not what we bind to)


class Stop(BaseException):
    """Somebody asked us to end."""


class Command(BaseCommand):
    help = "Start PostgreSQL, Valkey, web, worker and beat; stop them with Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("CARENET_HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("CARENET_PORT") or 8000))
        parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4))
        parser.add_argument("--no-demo", action="store_true", help="Start an empty station.")

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("CARENET_FOLLOW_PARENT"):
            processes.follow_parent()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        self.supervisor: Supervisor | None = None
        self.services: embedded.Services | None = None
        try:
            home = places.Places(embedded.data_dir())
            home.make_data()
            with processes.locked(home.up_lock, wait=False) as alone:
                self._only_one(home, alone, address(options["host"], options["port"]))
                self._run(options)
        except Stop:
            self._say("Stopping …")
        except embedded.Trouble as trouble:
            self.stderr.write(self.style.ERROR(f"carenet: {trouble}"))
            sys.exit(1)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self._stop()

    def _only_one(self, home: places.Places, alone: bool, where: str) -> None:
        """Two stations on one folder would migrate and load the demonstration at the same time."""
        noted = home.up_lock
        if not alone:
            raise embedded.Trouble(
                f"carenet runs already with the data folder {home.data}: open {noted.read_text() or where}/, or stop it "
                "there with Ctrl-C first. A second station needs a folder of its own: CARENET_DATA=/another/folder make run "
                "PORT=8001"
            )
        noted.write_text(where)

    # --- one start -----------------------------------------------------------------------------------
    def _run(self, options: dict[str, Any]) -> None:
        data = embedded.data_dir()
        env = self._environment(data)
        self.supervisor = Supervisor(data, env, self._say)
        Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # WhiteNoise warns when it is missing
        self.supervisor.sweep()
        self._port_is_free(options["host"], options["port"])
        self.services = self._ensure(data)
        self._check_servers()
        self._migrate()
        if self.services.recovered:
            threading.Thread(target=self._tidy_after_crash, daemon=True).start()
        empty = self._begin_demonstration(options, data)
        connections.close_all()
        self._serve(options)
        if empty:
            self._load_demonstration(data, env)
        self._ring(data)
        self._greet(options["host"], options["port"], processes.age())
        while True:
            self._look_after_all()

    def _look_after_all(self) -> None:
        assert self.supervisor is not None
        assert self.services is not None
        self.supervisor.look()
        for name in self.services.heal():
            self._say(f"{name} had ended; it runs again.")
        time.sleep(0.3)

    def _ensure(self, data: Path) -> embedded.Services:
        outside = [bool(os.environ.get(name)) for name in ("DATABASE_URL", "REDIS_URL")]
        if outside[0] and not os.environ.get("DATABASE_OWNER_URL"):
            raise embedded.Trouble(
                "DATABASE_URL is set, but DATABASE_OWNER_URL is not: migrations run as the role carenet_owner."
            )
        return embedded.ensure(data, postgres=not outside[0], redis=not outside[1])

    def _environment(self, data: Path) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if name != "CARENET_FOLLOW_PARENT"}
        known = embedded.addresses(data)
        env.setdefault("DATABASE_URL", known.database_url)
        env.setdefault("DATABASE_OWNER_URL", known.owner_url)
        env.setdefault("REDIS_URL", known.redis_url)
        env["CARENET_DATA"] = str(data)
        env["PYTHONUNBUFFERED"] = "1"
        # Started by root, Celery warns about pickled tasks; ours are JSON only.
        env["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser"
        return env

    def _port_is_free(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except PermissionError as error:
                raise embedded.Trouble(
                    f"Port {port} is kept for root, and carenet runs as an ordinary user: choose one from 1024 on, "
                    "and let the proxy (deploy/Caddyfile) answer on 80 and 443."
                ) from error
            except OSError as error:
                raise embedded.Trouble(
                    f"Port {port} on {host} cannot be used ({error.strerror}): another program, perhaps another "
                    f"carenet, has it. Choose another one: make run PORT={port + 1}"
                ) from error

    def _check_servers(self) -> None:
        found = preflight.driver()
        for alias in settings.DATABASES:
            found += preflight.database(dsn(alias))
        found += preflight.redis(settings.REDIS_URL)
        if found:
            raise embedded.Trouble("\n".join(dict.fromkeys(found)))

    def _migrate(self) -> None:
        executor = MigrationExecutor(connections["owner"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Bringing the database up to date …")
            call_command("migrate", interactive=False, verbosity=0)

    def _begin_demonstration(self, options: dict[str, Any], data: Path) -> bool:
        """Tell whether the demonstration has to be loaded; begin anew when that was cut short last time."""
        loading = data / "demo.loading"
        if loading.exists() and not os.environ.get("DATABASE_URL"):
            # Nobody has worked with a half-loaded station yet, so nothing of worth is in it.
            self._say("Loading the demonstration community was cut short last time: beginning anew.")
            connections.close_all()
            embedded.drop_database(embedded.addresses(data).superuser_url)
            embedded.bootstrap_data(data)
            self._migrate()
            loading.unlink()
        wanted = not options["no_demo"] and os.environ.get("CARENET_DEMO") != "0"
        return wanted and "loaddemo" in get_commands() and not self._has_community()

    def _load_demonstration(self, data: Path, env: dict[str, str]) -> None:
        """Load the demonstration community; pages answer meanwhile."""
        self._say("Loading the demonstration community (once, up to three minutes) …")
        loading = data / "demo.loading"
        loading.touch()
        command = [sys.executable, "manage.py", "loaddemo"]
        done = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=env,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),
        )
        try:
            while done.poll() is None:
                self._look_after_all()
        finally:
            processes.end_groups([done], [(signal.SIGTERM, 2.0)])
        if done.returncode != 0:
            if places.full(data):
                raise embedded.Trouble(places.no_room(data))
            raise embedded.Trouble(
                "The demonstration community could not be loaded; the lines above say why. "
                "Start again to try anew, or start an empty station with: make run ARGS=--no-demo"
            )
        loading.unlink(missing_ok=True)

    def _has_community(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM parties_community)")
            return bool(cursor.fetchone()[0])

    def _tidy_after_crash(self) -> None:
        """PostgreSQL forgets its statistics in a crash, and autovacuum starts blind (proof.md §1a)."""
        import psycopg2

        with contextlib.suppress(psycopg2.Error):
            tidy = psycopg2.connect(dsn("owner"))
            tidy.autocommit = True
            with tidy.cursor() as cursor:
                cursor.execute("SET client_min_messages = error; SET statement_timeout = 0")
                cursor.execute("VACUUM (ANALYZE, SKIP_LOCKED)")
            tidy.close()

    def _serve(self, options: dict[str, Any]) -> None:
        """Pages first: on a small machine everything starting at once would keep people waiting."""
        assert self.supervisor is not None
        # The web and worker processes need not know the owner's address.
        self.supervisor.env = {**self.supervisor.env, "DATABASE_OWNER_URL": ""}
        host, port = options["host"], options["port"]
        where = ["--host", host, "--port", str(port), "--workers", str(options["workers"])]
        self.supervisor.start("web", [sys.executable, *WEB.split(), *where, "carenet.wsgi:application"])
        self._wait_for_answer(host, port)
        self._say(f"Pages answer at {address(host, port)}/")

    def _ring(self, data: Path) -> None:
        """Start worker and beat."""
        assert self.supervisor is not None
        schedule = ["--pidfile", "", "--schedule", str(data / "beat-schedule")]
        self.supervisor.start("worker", [sys.executable, *WORKER.split()])
        self.supervisor.start("beat", [sys.executable, *BEAT.split(), *schedule])

    def _wait_for_answer(self, host: str, port: int) -> None:
        assert self.supervisor is not None
        assert self.services is not None
        end = time.monotonic() + FIRST_ANSWER_SECONDS
        while not answers(host, port):
            if time.monotonic() > end:
                raise embedded.Trouble(
                    "The web server did not answer in a minute; its own words above say why."
                )
            self.supervisor.look()
            self.services.heal()
            time.sleep(0.1)

    def _greet(self, host: str, port: int, seconds: float) -> None:
        base = address(host, port)
        self.stdout.write("")
        self.stdout.write(self.style.SUCCESS(f"carenet is running (started in {seconds:.1f} s)."))
        self.stdout.write(f"  Pages           {base}/")
        self.stdout.write(f"  Administration  {base}/admin/")
        self.stdout.write(f"  REST            {base}/api/v1/   described at {base}/admin/api/")
        self.stdout.write(f"  Data folder     {embedded.data_dir()}")
        if "demo_signins" in get_commands():
            call_command("demo_signins", stdout=self.stdout)
        if not self._has_community():
            self.stdout.write("Nobody can sign in yet. Open the station: manage.py open_station --help")
        connections.close_all()
        self.stdout.write("Ctrl-C stops everything.")
        self.stdout.flush()

    # --- the end -------------------------------------------------------------------------------------
    def _stop(self) -> None:
        if self.supervisor is not None:
            self.supervisor.stop()
        connections.close_all()
        if self.services is not None:
            self.services.stop()
            self._say("Stopped; the data is kept.")

    def _asked_to_stop(self, number: int, frame: Any) -> None:
        raise Stop

    def _say(self, sentence: str) -> None:
        self.stdout.write(f"carenet: {sentence}")
        self.stdout.flush()


def address(host: str, port: int) -> str:
    """Return what to type into a browser on this machine."""
    return f"http://{'localhost' if host in {'127.0.0.1', '::1', *EVERYWHERE} else host}:{port}"


def answers(host: str, port: int) -> bool:
    """Ask the web server for /ping/."""
    wire = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=5)
    try:
        wire.request("GET", "/ping/", headers={"Host": f"localhost:{port}"})
        return wire.getresponse().status == 200
    except OSError:
        return False
    except http.client.HTTPException:
        return False
    finally:
        wire.close()


def dsn(alias: str) -> str:
    """Return libpq's words for one of Django's connections."""
    from psycopg2.extensions import make_dsn

    found = settings.DATABASES[alias]
    words = {"dbname": found["NAME"], "user": found["USER"], "password": found["PASSWORD"]}
    words |= {"host": found.get("HOST") or found.get("OPTIONS", {}).get("host"), "port": found.get("PORT")}
    return str(make_dsn(**{key: value for key, value in words.items() if value}))
