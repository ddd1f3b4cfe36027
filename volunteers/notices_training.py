"""What courses, honours and certificates tell people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.notices.registry import NoticeTemplate

TEMPLATES = (
    NoticeTemplate(
        code="volunteers.course_seat",
        title=_("You have a seat now: %(course)s"),
        body=_("Somebody gave their seat back. If you cannot come, please tell us on the training page."),
        url_name="volunteers:my-training",
        icon="armchair",
    ),
    NoticeTemplate(
        code="volunteers.course_cancelled",
        title=_("The course is not held: %(course)s"),
        body=_("Reason: %(reason)s. Please choose another date on the training page."),
        url_name="volunteers:my-training",
        icon="calendar-x",
    ),
    NoticeTemplate(
        code="volunteers.course_passed",
        title=_("Passed! %(course)s"),
        body=_("Well done. What you may do now stands on the training page."),
        url_name="volunteers:my-training",
        icon="graduation-cap",
    ),
    NoticeTemplate(
        code="volunteers.course_taken_back",
        title=_("A result was corrected: %(course)s"),
        body=_("Reason: %(reason)s. What is still to be done stands on the training page."),
        url_name="volunteers:my-training",
        icon="undo-2",
    ),
    NoticeTemplate(
        code="volunteers.renewal",
        title=_("%(what)s runs out after %(until_on)s"),
        body=_("Please choose a date for the course, so that you can go on helping."),
        url_name="volunteers:my-training",
        icon="calendar-clock",
    ),
    NoticeTemplate(
        code="volunteers.honoured",
        title=_("Congratulations! You were awarded: %(honour)s"),
        url_name="volunteers:my-certificates",
        icon="award",
    ),
    NoticeTemplate(
        code="volunteers.certificate_revoked",
        title=_("The certificate %(number)s was revoked"),
        body=_("Reason: %(reason)s. You can ask for a new one at any time."),
        url_name="volunteers:my-certificates",
        icon="file-x",
    ),
)
