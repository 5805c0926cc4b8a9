"""How mail programs put the earlier mail below the new words of a plain text mail."""

from __future__ import annotations

from collections.abc import Mapping

MARKED: Mapping[str, str] = {
    "Gmail": "{own}\n\nOn Mon, May 17, 2021 at 9:15 AM Ban Nhân sự <nhansu@office.example> wrote:\n\n{marked}",
    "Gmail in Vietnamese": "{own}\n\nVào Th 2, 17 thg 5, 2021 vào lúc 09:15 Ban Nhân sự\n<nhansu@office.example> đã "
    "viết:\n\n{marked}",
    "Gmail of 2016": "{own}\n\n2021-05-17 9:15 GMT+07:00 Ban Nhân sự <nhansu@office.example>:\n\n{marked}",
    "Gmail, hour first": "{own}\n\nVào 09:15, Th 2, 17 thg 5, 2021 Ban Nhân sự <nhansu@office.example> đã "
    "viết:\n{marked}",
    "Apple": "{own}\n\n> Vào 17 thg 5, 2021, lúc 09:15, Ban Nhân sự <nhansu@office.example> đã viết:\n> \n{marked}",
    "Apple, unmarked line": "{own}\n\nVào 17 thg 5, 2021, lúc 09:15, Ban Nhân sự <nhansu@office.example> "
    "viết:\n\n{marked}",
    "Thunderbird": "{own}\n\nVào 17/05/2021 09:15, Ban Nhân sự viết:\n{marked}",
    "Thunderbird, hour first": "{own}\n\nVào lúc 09:15 ngày 17/05/2021, Ban Nhân sự đã viết:\n{marked}",
    "Roundcube": "{own}\n\nVào 17.05.2021 09:15, Ban Nhân sự đã viết:\n{marked}",
    "Yahoo": "{own}\n\nVào Thứ Hai, 17 tháng 5, 2021 lúc 09:15:00 GMT+7, Ban Nhân sự <nhansu@office.example> đã viết:"
    "\n\n{marked}",
    "name first": "{own}\n\nBan Nhân sự <nhansu@office.example> đã viết:\n{marked}",
    "German": "{own}\n\nAm Mo., 17. Mai 2021 um 09:15 Uhr schrieb Ban Nhân sự <nhansu@office.example>:\n\n{marked}",
    "marks alone": "{own}\n\n{marked}",
}
"""Programs that put `>` before each quoted line."""
UNMARKED: Mapping[str, str] = {
    "Outlook": "{own}\n\n________________________________\nFrom: Ban Nhân sự <nhansu@office.example>\nSent: "
    "Monday, May 17, "
    "2021 9:15 AM\nTo: Lan <lan@office.example>\nSubject: Nhắc\n\n{earlier}",
    "Outlook in Vietnamese": "{own}\n\nTừ: Ban Nhân sự <nhansu@office.example>\nĐã gửi: 17 Tháng Năm 2021 9:15 "
    "SA\nTới: Lan"
    "\nChủ đề: Nhắc\n\n{earlier}",
    "Outlook, bold names": "{own}\n\n*Từ:* Ban Nhân sự\n*Đã gửi:* Thứ Hai\n*Tới:* Lan\n*Chủ đề:* Nhắc\n\n{earlier}",
    "Outlook of old": "{own}\n\n-----Original Message-----\nFrom: HR\nSent: Monday\nTo: Lan\nSubject: x\n\n{earlier}",
    "Outlook on a telephone": "{own}\n\nTải Outlook cho Android\n________________________________\nTừ: Ban Nhân sự\nĐã "
    "gửi: Thứ Hai\nTới: Lan\nChủ đề: Nhắc\n\n{earlier}",
    "iPhone": "{own}\n\nĐược gửi từ iPhone của tôi\n\nVào 17 thg 5, 2021, lúc 09:15, HR <nhansu@office.example> "
    "đã viết:\n\n"
    "{earlier}",
    "Zimbra in Vietnamese": '{own}\n\n----- Thư gốc -----\nNgười gửi: "Ban Nhân sự" '
    "<nhansu@office.example>\nNgười nhận: "
    '"Lan" <lan@office.example>\nĐã gửi: Thứ Hai, 17 Tháng Năm, 2021 9:15:00 SA\nChủ đề: Nhắc\n\n{earlier}',
    "Zimbra": "{own}\n\n----- Original Message -----\nFrom: HR <nhansu@office.example>\nTo: Lan\nSent: "
    "Monday\n\n{earlier}",
    "Thunderbird, whole": "{own}\n\n-------- Tin nhắn gốc --------\nChủ đề: Nhắc\nNgày: 17/05/2021\nTừ: "
    "HR\n\n{earlier}",
    "Yahoo without marks": "{own}\n\nVào 09:15:00 GMT+7 Thứ Hai, 17 tháng 5 2021, HR <nhansu@office.example> "
    "viết:\n\n{earlier}",
}
"""Programs that only say where the earlier mail begins."""
FORWARDING: Mapping[str, str] = {
    "Gmail": "{own}\n\n---------- Forwarded message ---------\nTừ: Quân <quan@office.example>\nDate: 16/05/2021 20:11\n"
    "Subject: Hỏi\nTo: Lan <lan@office.example>\n\n{earlier}",
    "Outlook": "{own}\n\n________________________________\nFrom: Quân\nSent: Sunday, May 16, 2021 8:11 PM\nTo: "
    "Lan\nSubject: "
    "Hỏi\n\n{earlier}",
    "Outlook in Vietnamese": "{own}\n\nTừ: Quân\nĐã gửi: Chủ Nhật\nĐến: Lan\nChủ đề: Hỏi\n\n{earlier}",
    "Thunderbird": "{own}\n\n-------- Thư được chuyển tiếp --------\nChủ đề: Hỏi\nNgày: 16/05/2021\nTừ: "
    "Quân\nTới: Lan\n\n"
    "{earlier}",
    "Apple": "{own}\n\nBắt đầu thư được chuyển tiếp:\n\nTừ: Quân <quan@office.example>\nChủ đề: Hỏi\nNgày: 20:11:00 16 "
    "tháng 5\nĐến: Lan\n\n{earlier}",
    "Apple, marked": "{own}\n\nBegin forwarded message:\n\n> From: Quân <quan@office.example>\n> Subject: "
    "Hỏi\n> Date: 16 "
    "May 2021\n> To: Lan\n> \n{marked}",
    "Zimbra": "{own}\n\n----- Thư chuyển tiếp -----\nTừ: Quân <quan@office.example>\nTới: Lan\nĐã gửi: Chủ "
    "Nhật\n\n{earlier}",
}


def quoting(form: str, *, own: str, earlier: str) -> str:
    """A whole mail text."""
    return form.format(own=own, earlier=earlier, marked="\n".join(f"> {line}".rstrip() for line in earlier.split("\n")))
