"""Every part of the frame on one page, for the browser tests and for looking at. Not part of the station.

`ROOT_URLCONF=tests.webkit.styleguide` adds `/styleguide/` to the station's addresses.
"""

from __future__ import annotations

from pathlib import Path

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect

from carenet.kernel.digest import Figure
from carenet.kernel.errors import Conflict
from carenet.kernel.timeline import TimelineLine
from carenet.webkit import forms as station_forms
from carenet.webkit.paging import Page, PageLink


class Sample(station_forms.StationForm):
    """One of each kind of field."""

    mood = forms.ChoiceField(
        label="精神状态", choices=[("g", "好"), ("m", "一般"), ("b", "差")], widget=forms.RadioSelect
    )
    name = forms.CharField(label="姓名", help_text="和身份证上一样")
    kind = forms.ChoiceField(label="服务", choices=[("", "请选择"), ("a", "助餐送餐"), ("b", "助浴")])
    amount = station_forms.YuanField(label="金额")
    day = station_forms.DayField(label="日期", required=False)
    found = forms.MultipleChoiceField(
        label="发现的情况",
        choices=[("f", "跌倒风险"), ("m", "用药"), ("n", "无异常")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="本人同意", help_text="当面或电话里说过", required=False)
    note = forms.CharField(label="备注", widget=forms.Textarea, required=False)
    upload = forms.FileField(label="照片", required=False)


class Filter(station_forms.StationForm):
    """A filter form."""

    q = forms.CharField(label="姓名、拼音或电话末四位", required=False)
    colour = forms.ChoiceField(label="颜色", choices=[("", "全部"), ("RED", "红")], required=False)


def page(request: HttpRequest) -> HttpResponse:
    form = Sample(request.POST or None)
    if request.method == "POST":
        form.is_valid()
    messages.success(request, "已经登记，2 小时计入时间银行。")
    messages.error(request, "库存不够了，什么也没有扣。")
    now = timezone.now()
    template = engines["django"].from_string(Path(__file__).with_suffix(".html").read_text("utf-8"))
    context = {
        "form": form,
        "filter_form": Filter(request.GET),
        "now": now,
        "figures": [
            Figure("a", "今日工单", 36, "单", "/"),
            Figure("b", "在册老人", 1226, "人", "/"),
            Figure("c", "基金余额", "21,230.00", "元"),
        ],
        "tabs": [
            {"label": "需求", "url": "#main", "current": True, "count": 12},
            {"label": "资源", "url": "#main", "current": False},
        ],
        "badges": [
            ("在册", "neutral"),
            ("已确认", "good"),
            ("将到期", "warn"),
            ("超期", "bad"),
            ("已派单", "info"),
            ("求助", "sos"),
        ],
        "rows": [("王桂珍",), ("李建国",), ("努尔兰·阿不都",)],
        "page": Page(
            [1],
            3,
            9,
            412,
            False,
            50,
            [
                PageLink(1, "?page=1"),
                PageLink(2, "?page=2"),
                PageLink(3, "?page=3", True),
                PageLink(0),
                PageLink(9, "?page=9"),
            ],
            "?page=2",
            "?page=4",
        ),
        "tiles": [
            {"label": "我的班次", "url": "/", "icon": "calendar-days", "hint": "本周 2 次"},
            {"label": "兑换礼品", "url": "/", "icon": "gift", "badge": 3},
            {"label": "积分明细", "url": "/", "icon": "list"},
            {"label": "服务证明", "url": "/", "icon": "award"},
        ],
        "steps": [
            {"label": "受理", "state": "done", "at": now},
            {"label": "派单", "state": "done"},
            {"label": "服务中", "state": "current"},
            {"label": "确认", "state": "todo"},
        ],
        "summary": [
            {"key": "礼品", "value": "洗衣液 2 公斤", "url": "/", "action": "更改"},
            {"key": "兑换后剩余", "value": "980 分"},
        ],
        "timeline": [
            TimelineLine(now, "services", "done", "助餐送餐完成", "2 小时，+20 分", "/", "志愿者"),
            TimelineLine(now, "elders", "signed", "能力评估：轻度失能", party="社会工作者"),
        ],
        "bars": [("助餐", 420), ("助浴", 66), ("精神慰藉", 180), ("代办代购跑腿服务一条龙", 12)],
        "stacks": [(f"11/{day}", [day % 5 + 3, day % 4, day % 7 == 0]) for day in range(8, 22)],
        "series": [("完成", "1"), ("待派", "2"), ("求助", "sos")],
        "spark": [5, 4, 4, 3, 3, 1],
    }
    return HttpResponse(
        template.render(context, request), status=422 if form.is_bound and form.errors else 200
    )


@csrf_protect
def poke(request: HttpRequest) -> HttpResponse:
    """Answers htmx: a fragment, or a refusal."""
    if request.POST.get("how") == "refuse":
        raise Conflict
    return HttpResponse("<p>收到了</p>")


urlpatterns = [path("styleguide/poke/", poke), path("styleguide/", page), path("", include("carenet.urls"))]
handler400 = "carenet.portal.errors.bad_request"
handler403 = "carenet.portal.errors.forbidden"
handler404 = "carenet.portal.errors.not_found"
handler500 = "carenet.portal.errors.server_error"
