"""What a unit and its contact read of a nomination, letter by letter, in the plain text that every program shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.mails.mail_facts import NOMINEE, render

TO_THE_UNIT = (
    "Kính gửi: Anh/Chị Đặng Thùy Linh, đầu mối Trung tâm Y tế số,\n"
    "\n"
    "Ban Nhân sự đã ghi nhận đầu mối của Trung tâm Y tế số trong đợt “Đăng ký giao dịch điện tử cá nhân "
    "và cài đặt ứng dụng VssID - Bảo hiểm xã hội số”:\n"
    "\n"
    "Đặng Thùy Linh\n"
    "Điện thoại: 0912****78\n"
    "Thư điện tử: linh.dt@vnpt-it.example\n"
    "\n"
    "Đầu mối trước đây (Lê Thu Hiền) đã được thông báo về việc thay đổi.\n"
    "\n"
    "Danh sách người lao động của đơn vị kèm các mã số được gửi riêng đến địa chỉ của đầu mối, không gửi "
    "đến địa chỉ nào khác. Từ nay, thư của Ban Nhân sự về đợt này được gửi đến địa chỉ nêu trên; các địa "
    "chỉ đã đăng ký trước đó vẫn gửi hồ sơ được.\n"
    "\n"
    "Nếu thông tin chưa đúng, đề nghị Anh/Chị trả lời thư này, ghi rõ họ tên, số điện thoại và địa chỉ "
    "thư điện tử của người được cử.\n"
    "\n"
    "Tình hình của đơn vị: Cần chỉnh sửa\n"
    "- Phụ lục 02: lần 2, 06 người lao động (theo danh sách nhân sự: 07)\n"
    "- Tờ khai mẫu số 01: 3/6 hợp lệ, 01 đang chờ Ban Nhân sự xem\n"
    "\n"
    "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị Anh/Chị trả lời thư này hoặc liên hệ Ban Nhân "
    "sự (Đỗ Ngọc Lan, điện thoại 024 0000 0119) để được hướng dẫn.\n"
    "\n"
    "Trân trọng cảm ơn./.\n"
    "\n"
    "Ban Nhân sự\n"
    "Công ty Công nghệ thông tin VNPT-IT (mẫu)\n"
    "\n"
    "--\n"
    "Thư được lập tự động thay mặt Ban Nhân sự; thư trả lời của Anh/Chị vẫn được tiếp nhận và xử lý. Khi "
    "trả lời, đề nghị giữ nguyên tiêu đề thư.\n"
    "Thư có chứa dữ liệu cá nhân; đề nghị chỉ sử dụng cho mục đích nêu trên và không chuyển tiếp.\n"
)
TO_THE_CONTACT = (
    "Kính gửi: Anh/Chị Đặng Thùy Linh, đầu mối Trung tâm Y tế số,\n"
    "\n"
    "Anh/Chị được cử làm đầu mối của Trung tâm Y tế số trong đợt “Đăng ký giao dịch điện tử cá nhân và "
    "cài đặt ứng dụng VssID - Bảo hiểm xã hội số” theo Công văn số 123/VNPT-IT-NS ngày 15/04/2021.\n"
    "\n"
    "Kèm theo thư này là Phụ lục 02 đã điền sẵn thông tin của 06 người lao động theo hồ sơ nhân sự. Đề "
    "nghị Anh/Chị cung cấp mã số cho từng người lao động để làm căn cứ kê khai, sau đó điền tiếp các cột "
    "còn trống và gửi lại bằng cách trả lời thư này.\n"
    "\n"
    "Tệp được bảo vệ bằng mật khẩu. Mật khẩu không gửi qua thư điện tử: Đỗ Ngọc Lan (Ban Nhân sự, điện "
    "thoại 024 0000 0119) sẽ báo cho Anh/Chị qua điện thoại. Khi gửi lại danh sách, đề nghị lưu tệp "
    "không đặt mật khẩu.\n"
    "\n"
    "Danh sách có dữ liệu cá nhân: đề nghị chỉ dùng cho đợt này, cung cấp cho mỗi người thông tin của "
    "chính người đó, không chuyển tiếp cả danh sách.\n"
    "\n"
    "Tệp kèm theo:\n"
    "- phu-luc-02-U03.xlsx\n"
    "\n"
    "Nếu Anh/Chị không phải là đầu mối của đơn vị, đề nghị trả lời thư này để Ban Nhân sự biết.\n"
    "\n"
    "Tình hình của đơn vị: Cần chỉnh sửa\n"
    "- Phụ lục 02: lần 2, 06 người lao động (theo danh sách nhân sự: 07)\n"
    "- Tờ khai mẫu số 01: 3/6 hợp lệ, 01 đang chờ Ban Nhân sự xem\n"
    "\n"
    "Để hoàn thành, đơn vị còn các nội dung sau:\n"
    "- Phụ lục 02: sửa 02 nội dung đã đánh dấu\n"
    "- Tờ khai mẫu số 01 còn thiếu: Phạm Bích Hương\n"
    "\n"
    "Đề nghị Anh/Chị gửi bổ sung bằng cách trả lời thư này. Đơn vị có thể gửi làm nhiều lần; phần đã hợp "
    "lệ không phải gửi lại. Thời hạn: trước ngày 20/05/2021 (chậm nhất hết ngày 19/05/2021).\n"
    "\n"
    "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị Anh/Chị trả lời thư này hoặc liên hệ Ban Nhân "
    "sự (Đỗ Ngọc Lan, điện thoại 024 0000 0119) để được hướng dẫn.\n"
    "\n"
    "Trân trọng cảm ơn./.\n"
    "\n"
    "Ban Nhân sự\n"
    "Công ty Công nghệ thông tin VNPT-IT (mẫu)\n"
    "\n"
    "--\n"
    "Thư được lập tự động thay mặt Ban Nhân sự; thư trả lời của Anh/Chị vẫn được tiếp nhận và xử lý. Khi "
    "trả lời, đề nghị giữ nguyên tiêu đề thư.\n"
    "Thư có chứa dữ liệu cá nhân; đề nghị chỉ sử dụng cho mục đích nêu trên và không chuyển tiếp.\n"
)


@pytest.mark.parametrize(("mail", "text"), [("contact_named", TO_THE_UNIT), ("contact_welcome", TO_THE_CONTACT)])
def test_the_confirmations_of_a_nomination_read_as_they_should(mail: str, text: str) -> None:
    """To the unit, with who it was before; to the contact, with a list that opens by password."""
    assert render(mail).text == text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_thing_known_of_the_contact_has_its_line(language: str) -> None:
    """Name, telephone, address; a telephone that nobody said leaves no line behind."""
    lines = render("contact_named", language=language).text.splitlines()
    place = lines.index("Đặng Thùy Linh")
    assert [line.rpartition(": ")[2] for line in lines[place : place + 3]] == [
        "Đặng Thùy Linh",
        "0912****78",
        "linh.dt@vnpt-it.example",
    ]
    without = render("contact_named", language=language, contact=replace(NOMINEE, phone="")).text.splitlines()
    assert without[place + 1].endswith(": linh.dt@vnpt-it.example")


def test_a_contact_without_personnel_file_or_password_is_promised_neither() -> None:
    """Only what is attached is spoken of."""
    text = render("contact_welcome", people=0, encrypted=False).text
    assert "Kèm theo thư này là mẫu Phụ lục 02 để đơn vị lập danh sách." in text
    assert "mật khẩu" not in text


@pytest.mark.parametrize("mail", ["contact_declined", "extension_declined"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_reason_that_ends_with_a_full_stop_gets_no_second_one(mail: str, language: str) -> None:
    """HR's own words stand within a sentence of ours."""
    rendered = render(mail, language=language, why="Địa chỉ này của đơn vị khác.")
    assert "Địa chỉ này của đơn vị khác." in rendered.text
    assert "khác.." not in rendered.text + rendered.html
