"""The photo of a visit: looked at, newly encoded without place and time of the camera, kept sealed like signed papers."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext
from PIL import Image, ImageOps, UnidentifiedImageError

from elders.actions import sealed_papers
from volunteers.actions.photos import FORMATS, MOST_BYTES, MOST_POINTS, NotAPhoto, TooBig

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.documents.models import Document
    from elders.models import Elder

KIND = "services.visit_photo"
MIME = "image/jpeg"
# Large enough to read the label of a medicine, small enough for a phone's network.
LARGEST_SIDE = 1600


def encode(content: bytes) -> bytes:
    """A JPEG of 1600 points at most on its longer side, upright, without anything else that was in the file.

    Raises NotAPhoto, TooBig (bytes or points: a bomb unpacks to more). Source: domain.md §8.3 (photo); PIPL Art. 6 (no
    more than needed).
    """
    if len(content) > MOST_BYTES:
        raise TooBig(field="photo")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_POINTS:
                raise TooBig(field="photo")
            opened.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as refused:
        raise NotAPhoto(field="photo") from refused
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


@transaction.atomic
def keep(*, elder: Elder, content: bytes, by: User, at: datetime) -> Document:
    """Seal and store an encoded photo of a visit to this elder. Raises NotAPaper when it is empty."""
    return sealed_papers.keep(
        community=elder.community, title=gettext("photo of a visit"), content=content, cause=("elders.elder", elder.pk),
        kind=KIND, mime=MIME, by=by, at=at,
    )  # fmt: skip
