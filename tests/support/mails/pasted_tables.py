"""Mails as people's programs write them: a table pasted from Excel, and earlier mails quoted below or above."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from service.core.campaigns import Campaign, Column
from service.core.units import Worker
from tests.support.papers.filled_papers import row_of

SIGNATURE = (
    "<table cellpadding=0><tr><td><b>Nguyễn Thị Hoa</b></td><td>Phòng Hành chính</td></tr>"
    "<tr><td>Điện thoại: 0912 345 678</td><td>Email: hoa@vnpt-it.example</td></tr>"
    "<tr><td>Số CCCD</td><td>Họ và tên</td></tr></table>"
)
"""A signature set as a table, even with words that stand in headings."""


def lines(campaign: Campaign, workers: Sequence[Worker], **changes: str) -> list[list[str]]:
    """Heading and people, as Excel puts them on the clipboard; the changes are the first one's."""
    columns = [column for column in campaign.columns if column.required or column.key == "ordinal"]
    rows = [row_of(worker, **(changes if place == 0 else {})) for place, worker in enumerate(workers)]
    people = [[_shown(column, row, place) for column in columns] for place, row in enumerate(rows, start=1)]
    return [[column.heading for column in columns], *people]


def _shown(column: Column, row: Mapping[str, str], place: int) -> str:
    value = str(place) if column.key == "ordinal" else row.get(column.key, "")
    if column.key.endswith(("_date", "_on")):
        return "/".join(reversed(value.split("-")))
    return {"true": "X", "false": ""}.get(value, value)


def as_excel_table(rows: Sequence[Sequence[str]]) -> str:
    """The HTML which Outlook and Gmail make of cells that are pasted."""
    style = "border:solid windowtext 1.0pt;padding:0in 5.4pt 0in 5.4pt;height:15.0pt"
    body = "".join(
        "<tr style='height:15.0pt'>"
        + "".join(
            f'<td nowrap style="{style}"><p class=MsoNormal><span '
            f'style="font-size:11pt">{html.escape(cell) or "&nbsp;"}'
            "<o:p></o:p></span></p></td>"
            for cell in row
        )
        + "</tr>"
        for row in rows
    )
    return f"<table class=MsoNormalTable border=0 cellspacing=0 cellpadding=0 width=1200><tbody>{body}</tbody></table>"


def as_tabbed_text(rows: Sequence[Sequence[str]]) -> str:
    """The lines which a plain text mail gets from the clipboard."""
    return "\n".join("\t".join(row) for row in rows)


GREETING = "<p>Kính gửi Ban Nhân sự,</p><p>Đơn vị xin gửi danh sách như dưới đây.</p>"

QUOTING: Mapping[str, str] = {
    "Gmail": '<div dir="ltr">{own}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
    'class="gmail_attr">Vào Th 4, 21 thg 4, 2021 vào lúc 09:00 Ban Nhân sự &lt;<a href="mailto:nhansu@vnpt-it.example">'
    'nhansu@vnpt-it.example</a>&gt; đã viết:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">'
    "{earlier}</blockquote></div>",
    "Gmail, forwarded": '<div dir="ltr">{own}<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
    "---------- Forwarded message ---------<br>Từ: <b>Trần Văn B</b><br>Date: Th 4, 21 thg 4, "
    "2021<br>Subject: Danh sách"
    "<br>To: hoa@vnpt-it.example<br></div><br>{earlier}</div></div>",
    "Outlook": '<div class=WordSection1>{own}<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style="border:none;'
    'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class=MsoNormal><b>From:</b> Ban Nhân sự '
    "&lt;nhansu@vnpt-it.example&gt;<br><b>Sent:</b> Wednesday, April 21, 2021 9:00 AM<br><b>To:</b> hoa@vnpt-it.example"
    "<br><b>Subject:</b> RE: Phụ lục 02</p></div></div>{earlier}</div>",
    "Outlook in Vietnamese": "<div class=WordSection1>{own}<div><div "
    "style='border:none;border-top:solid #B5C4DF 1.0pt'>"
    "<p class=MsoNormal><b>Từ:</b> Ban Nhân sự<br><b>Đã gửi:</b> 21 Tháng Tư 2021 09:00<br><b>Đến:</b> Hoa<br>"
    "<b>Chủ đề:</b> Phụ lục 02</p></div></div>{earlier}</div>",
    "Outlook on the web": '<div class="elementToProof">{own}</div><div id="appendonsend"></div><hr tabindex="-1" '
    'style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font '
    'face="Calibri"><b>Từ:</b> Ban Nhân sự'
    "<br><b>Đã gửi:</b> 21/04/2021<br></font></div><div>{earlier}</div>",
    "Outlook on a telephone": '<div dir="auto">{own}</div><div id="ms-outlook-mobile-signature">Tải '
    "Outlook cho iOS</div>"
    '<div id="mail-editor-reference-message-container"><hr>{earlier}</div>',
    "Zimbra": '<div style="font-family:arial">{own}<hr id="zwchr" data-marker="__DIVIDER__"><div '
    'data-marker="__HEADERS__">'
    '<b>Từ: </b>Ban Nhân sự<br><b>Tới: </b>hoa<br></div><div data-marker="__QUOTED_TEXT__">{earlier}</div></div>',
    "Zimbra of old": '<div>{own}<hr id="zwchr"><blockquote style="border-left:2px solid #1010FF"><b>Từ: </b>Ban Nhân sự'
    "<br>{earlier}</blockquote></div>",
    "Yahoo": '<div class="ydp1yahoo-style-wrap">{own}</div><div id="ydp2yahoo_quoted_123" class="ydp2yahoo_quoted">'
    "<div>Vào lúc 09:00, Ban Nhân sự viết:</div><div>{earlier}</div></div>",
    "Apple": '<html><body style="word-wrap:break-word">{own}<div><br><blockquote '
    'type="cite"><div>Vào 21 thg 4, 2021, lúc '
    "09:00, Ban Nhân sự &lt;nhansu@vnpt-it.example&gt; đã "
    "viết:</div><br><div>{earlier}</div></blockquote></div></body>",
    "Thunderbird": '<p>{own}</p><div class="moz-cite-prefix">Vào 21/04/2021 09:00, Ban Nhân sự đã viết:<br></div>'
    '<blockquote type="cite" cite="mid:1@vnpt-it.example">{earlier}</blockquote>',
    "Roundcube": '{own}<p id="reply-intro">On 2021-04-21 09:00, Ban Nhân sự '
    "wrote:</p><blockquote>{earlier}</blockquote>",
    "words only": "{own}<p>-----Original Message-----</p><p>From: Ban Nhân sự</p>{earlier}",
}
"""How mail programs put the earlier mail below the new words."""
