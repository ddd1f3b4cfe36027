"""The photo of a gift: looked at, newly encoded, nothing of the phone that took it is kept."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from carenet.accounts.policies import require
from carenet.kernel.errors import DomainError
from volunteers import policies
from volunteers.models import Reward, RewardPhoto

if TYPE_CHECKING:
    from carenet.accounts.models import User

MOST_BYTES = 12_000_000
MOST_POINTS = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
SIZE = (960, 720)
SMALLEST = 240


class NotAPhoto(DomainError):
    """The file is no picture we read."""

    code = "not_a_photo"
    default_message = _("This file is not a photo. Please choose a JPG, PNG or WebP picture from the phone.")


class TooBig(DomainError):
    """The file is larger than any phone's photo."""

    code = "too_big"
    default_message = _("The photo is too big. Please choose one of less than 12 megabytes.")


class TooSmall(DomainError):
    """A picture of a few points shows nothing."""

    code = "too_small"
    default_message = _("The photo is too small to see anything. Please take it again with the phone.")


class WordsMissing(DomainError):
    """Who cannot see the photo hears its words."""

    code = "alt_missing"
    default_message = _("Please write in a few words what is to be seen, for people who cannot see it.")


def encode(content: bytes) -> bytes:
    """A JPEG of 960 × 720 points at most, turned upright, without anything else that was in the file.

    Raises NotAPhoto, TooBig (bytes or points: a bomb unpacks to more), TooSmall.
    """
    if len(content) > MOST_BYTES:
        raise TooBig(field="photo")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_POINTS:
                raise TooBig(field="photo")
            if min(opened.size) < SMALLEST:
                raise TooSmall(field="photo")
            opened.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as refused:
        raise NotAPhoto(field="photo") from refused
    paper = Image.new("RGBA", upright.size, "white")
    paper.alpha_composite(upright)
    made = ImageOps.fit(paper.convert("RGB"), SIZE, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    made.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return out.getvalue()


@transaction.atomic
def put(*, reward: Reward, content: bytes, alt: str, by: User, at: datetime) -> RewardPhoto:
    """Show this photo from now on. Raises NotAPhoto, TooBig, TooSmall, WordsMissing, NotAllowed."""
    require(policies.may_keep_shop(by, reward.community_id))
    if not alt.strip():
        raise WordsMissing(field="alt")
    image = encode(content)
    photo, _new = RewardPhoto.objects.update_or_create(
        reward=reward,
        defaults={
            "community_id": reward.community_id, "image": image, "alt": alt.strip()[:80], "is_shown": True,
            "sha256": hashlib.sha256(image).hexdigest(), "at": at, "by": by,
        },
    )  # fmt: skip
    return photo


@transaction.atomic
def hide(*, reward: Reward, by: User, at: datetime) -> None:
    """Show the drawn picture again. Raises NotAllowed."""
    require(policies.may_keep_shop(by, reward.community_id))
    for photo in RewardPhoto.objects.filter(reward=reward, is_shown=True):
        photo.is_shown, photo.at, photo.by = False, at, by
        photo.save(update_fields=["is_shown", "at", "by"])
