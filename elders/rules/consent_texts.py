"""The wording of consents every station begins with. Data, not text of a page; a station publishes newer versions.

Source: PIPL Art. 17 (purpose, way, kinds, how long, rights), 29, 30 (separate, necessity and impact told).
"""

from __future__ import annotations

FIRST = "2026-1"
# purpose: (Chinese, English, sensitive data)
TEXTS: dict[str, tuple[str, str, bool]] = {
    "SERVICE": (
        "社区为您建立服务档案，记录姓名、住址、电话、家人联系方式和服务情况，用来上门服务、打电话问候和紧急联系。只有社区工作人员和为您服务的人能看到需要的部分。服务结束五年后，档案会去掉姓名。您可以随时查看、更正、复制，也可以随时撤回同意。",
        "The community keeps a service file: name, address, phone, family contacts and services, to serve, call and reach you in an emergency. Only staff and those who serve you see what they need. Five years after the service ends the file is made anonymous. You may look, correct, copy and withdraw at any time.",
        False,
    ),
    "HEALTH": (
        "健康和能力情况属于敏感个人信息。我们需要它来安排合适的护理、评估能力、发现风险。不同意也能享受一般服务，但可能安排不了护理。只有负责您的社工和主任能看到全部内容。",
        "Health and ability are sensitive data. We need them to plan care, assess ability and notice risks. Without consent you still get general services, but perhaps no nursing. Only your social worker and the director see everything.",
        True,
    ),
    "BELIEF": (
        "宗教信仰属于敏感个人信息。只有在饮食或礼俗需要照顾时才记录，不同意不影响服务。",
        "Religion is sensitive data. It is noted only where diet or custom needs care; refusing changes nothing else.",
        True,
    ),
    "LOCATION": (
        "定位设备的位置属于敏感个人信息。只在您求助或走失时使用，三十天后删除。不同意不影响其他服务。",
        "The position of a device is sensitive data. It is used only when you call for help or are lost, and deleted after thirty days. Refusing changes nothing else.",
        True,
    ),
    "PHOTO": (
        "活动照片可能用在社区公示栏和总结里。不同意的，我们不拍或遮住脸。",
        "Photos of activities may be shown on the community board and in reports. Without consent we take none or cover the face.",
        False,
    ),
    "SHARE": (
        "为了上门服务，我们把需要的信息（姓名、楼栋、需要的帮助）交给服务机构。每次交给谁、为什么，都有记录，您可以查看。",
        "To serve you at home, we give partners what they need (name, building, the help needed). Who got what and why is recorded, and you may see it.",
        True,
    ),
}
