"""The codes of the service catalogue as literal rows, loaded by a migration.

Columns: number, code, name, English name, family, unit, English unit, minutes, who, risk, subsidy, development.
Source: domain.md §3.3 (station rule; minutes are examples).
"""

from __future__ import annotations

ROWS: tuple[tuple[int, str, str, str, str, str, str, int, str, str, str, bool], ...] = (
    (1, "MEAL-D", "堂食助餐", "canteen meal", "LIFE", "餐", "meal", 30, "ORG", "A", "SHARED", False),
    (2, "MEAL-H", "送餐上门", "meal delivery", "LIFE", "餐", "meal", 20, "VO ORG", "A", "SHARED", False),
    (3, "FEED", "协助进食", "help with eating", "LIFE", "次", "time", 40, "PRO", "C", "SHARED", False),
    (4, "BATH-H", "上门助浴", "bathing at home", "LIFE", "次", "time", 90, "PRO", "C", "SHARED", False),
    (5, "BATH-C", "助浴点助浴", "bathing at the centre", "LIFE", "次", "time", 60, "PRO", "C", "SHARED", False),
    (6, "CLEAN", "助洁（家政）", "cleaning", "LIFE", "小时", "hour", 60, "ORG VO", "B", "SHARED", False),
    (7, "LAUN", "助衣（洗涤）", "laundry", "LIFE", "袋", "bag", 30, "ORG", "A", "SHARED", False),
    (8, "SHOP", "代购代办", "errands", "LIFE", "次", "time", 40, "VO", "B", "FREE", False),
    (9, "HAIR", "理发", "haircut", "LIFE", "次", "time", 30, "VO PRO", "A", "FREE", False),
    (10, "KNIFE", "磨刀", "knife sharpening", "LIFE", "把", "piece", 10, "VO", "A", "FREE", False),
    (11, "BP", "血压血糖测量", "blood pressure and glucose", "HEALTH", "次", "time", 10, "VO PRO", "A", "FREE", False),
    (12, "HLTH-A", "健康咨询义诊", "health advice", "HEALTH", "次", "time", 20, "PRO", "A", "FREE", False),
    (13, "HLTH-M", "健康监测建档", "health monitoring", "HEALTH", "月", "month", 30, "CW PRO", "A", "FREE", False),
    (14, "MED-E", "助医（陪诊）", "hospital escort", "HEALTH", "次", "time", 180, "VO PRO", "B", "SHARED", False),
    (15, "MED-B", "代取药", "fetching medicine", "HEALTH", "次", "time", 40, "VO", "B", "FREE", False),
    (16, "NURS", "上门护理", "home nursing", "HEALTH", "次", "time", 60, "PRO", "D", "REFERRED", True),
    (17, "REHAB", "康复训练指导", "rehabilitation guidance", "HEALTH", "次", "time", 45, "PRO", "C", "SHARED", True),
    (18, "WALK", "助行", "help with walking", "LIFE", "小时", "hour", 60, "VO", "B", "FREE", False),
    (19, "DAY", "日间照料", "day care", "LIFE", "天", "day", 480, "ORG", "C", "SHARED", False),
    (20, "REST", "日间休息（短托）", "day rest", "LIFE", "半天", "half-day", 240, "ORG", "B", "SHARED", False),
    (21, "RESP", "喘息服务", "respite care", "LIFE", "天", "day", 1440, "ORG", "C", "SHARED", True),
    (22, "COMP", "陪伴聊天", "companionship", "MIND", "小时", "hour", 60, "VO", "A", "FREE", False),
    (23, "CALL", "问候电话", "check call", "SAFETY", "次", "call", 5, "VO CW", "A", "FREE", False),
    (24, "VISIT", "探访关爱", "care visit", "SAFETY", "次", "time", 30, "CW VO", "B", "FREE", False),
    (25, "PSY-1", "情绪疏导", "emotional support", "MIND", "次", "time", 50, "SW", "A", "FREE", True),
    (26, "PSY-2", "心理咨询", "psychological counselling", "MIND", "次", "time", 50, "PRO", "B", "SHARED", True),
    (27, "CASE", "个案管理", "case management", "SUPPORT", "个案·月", "case-month", 60, "SW", "B", "FREE", True),
    (28, "GROUP", "小组工作", "group work", "MIND", "节", "session", 90, "SW", "A", "FREE", True),
    (29, "MEDIA", "邻里家庭调解", "mediation", "SUPPORT", "件", "case", 60, "SW CW", "B", "FREE", False),
    (30, "LAW", "法律咨询", "legal advice", "SUPPORT", "次", "time", 30, "PRO", "A", "FREE", False),
    (31, "POL", "政策咨询代办", "policy help", "SUPPORT", "件", "item", 20, "CW", "A", "FREE", False),
    (32, "SAFE", "居家安全检查", "home safety check", "SAFETY", "次", "time", 30, "VO", "B", "FREE", False),
    (33, "REPAIR", "小修", "small repair", "LIFE", "次", "time", 60, "ORG PRO", "C", "SHARED", False),
    (34, "ADAPT", "居家适老化改造", "home adaptation", "SAFETY", "户", "household", 480, "ORG", "C", "SHARED", True),
    (35, "AID", "辅具租赁适配", "assistive device loan", "HEALTH", "件·月", "item-month", 30, "PRO", "B", "SHARED", True),
    (36, "DEV", "智能设备发放维护", "device issue and care", "SAFETY", "件", "item", 30, "ORG", "A", "FREE", False),
    (37, "SOS", "紧急救援（助急）", "emergency response", "SAFETY", "次", "event", 30, "SW CW VO PRO ORG", "C", "FREE", False),
    (38, "CULT", "文化娱乐", "culture and leisure", "CULTURE", "场", "session", 90, "VO PRO", "A", "FREE", True),
    (39, "LEARN", "银龄学堂", "senior class", "CULTURE", "课", "lesson", 60, "VO", "A", "FREE", True),
    (40, "DIGI", "数字课堂（手机帮教）", "digital help", "CULTURE", "课", "lesson", 60, "VO", "A", "FREE", True),
    (41, "INHER", "文化传承营", "heritage camp", "CULTURE", "场", "session", 120, "VO", "A", "FREE", True),
    (42, "SPORT", "健身活动", "exercise", "CULTURE", "场", "session", 60, "VO", "B", "FREE", True),
    (43, "KITCH", "共享厨房", "shared kitchen", "CULTURE", "场", "session", 120, "VO", "B", "FREE", False),
    (44, "MART", "老年便利购", "elder-friendly shop day", "LIFE", "场", "event", 120, "ORG", "A", "FREE", False),
)
