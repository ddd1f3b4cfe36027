"""House words: strings that several apps use and that must read the same everywhere.

`tests.messages update` puts them into every catalogue. Where an app means something else by the same English, it
gives its string a context: `pgettext("person", "name")`. Source: domain.md §12.
"""

from __future__ import annotations

HOUSE = {
    ", ": "、",
    "Change": "修改",
    "Decide": "决定",
    "Done": "已完成",
    "English name": "英文名称",
    "Excel": "导出 Excel",
    "In a few words": "简单说几句",
    "Keep it": "保留",
    "Look again": "再看一次",
    "No.": "编号",
    "Overview": "概况",
    "Pages": "分页",
    "Please write an 11-digit mobile number, or a landline number with its area code.": (
        "请填写 11 位手机号码，或带区号的座机号码。"
    ),
    "Search": "搜索",
    "Services": "服务",
    "Show": "查看",
    "Since": "开始日期",
    "Value": "内容",
    "What happened": "发生了什么",
    "Why": "原因",
    "Write down": "登记",
    "asked at": "提出时间",
    "charity funds": "慈善资源",
    "closed at": "关闭时间",
    "colour": "颜色",
    "cost split": "成本分担",
    "decided at": "决定时间",
    "entered at": "录入时间",
    "facts": "详情",
    "granted by": "授予人",
    "job": "后台任务",
    "key": "唯一键",
    "kind": "类型",
    "name": "名称",
    "online": "在线",
    "organisation": "单位",
    "organisations": "单位",
    "paid by the person": "自费",
    "persons": "人员",
    "place": "地点",
    "proposed by": "提出方",
    "recorded at": "登记时间",
    "recorded by": "登记人",
    "since": "开始日期",
    "title": "标题",
    "until": "结束日期",
    "usual minutes": "通常时长（分钟）",
    "value": "价值",
    "visits": "走访",
}
