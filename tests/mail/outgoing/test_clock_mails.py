"""What the clock writes, letter by letter: the words a unit reads, in the plain text that every program shows."""

from __future__ import annotations

import pytest

from tests.support.mails.mail_facts import render

OPENING = (
    "Kính gửi: Anh/Chị Đặng Thùy Linh, đầu mối Trung tâm Y tế số,\n"
    "\n"
    "Thực hiện yêu cầu của cơ quan Bảo hiểm xã hội, Công ty triển khai đến toàn thể người lao động việc đăng "
    "ký giao dịch điện tử cá nhân với cơ quan Bảo hiểm xã hội và cài đặt ứng dụng VssID - Bảo hiểm xã hội "
    "số.\n"
    "\n"
    "Ban Nhân sự trân trọng gửi đến đơn vị Công văn số 123/VNPT-IT-NS ngày 15/04/2021 về “Đăng ký giao dịch "
    "điện tử cá nhân và cài đặt ứng dụng VssID - Bảo hiểm xã hội số” và các tài liệu kèm theo, đề nghị "
    "Anh/Chị phối hợp thực hiện các nội dung sau:\n"
    "\n"
    "1. Cung cấp mã số BHXH cho từng người lao động để làm căn cứ kê khai.\n"
    "2. Phổ biến, hướng dẫn người lao động đăng ký giao dịch điện tử cá nhân tại Cổng Dịch vụ công của Bảo "
    "hiểm xã hội Việt Nam, sau đó cài đặt và đăng nhập ứng dụng VssID.\n"
    "3. Thu Tờ khai mẫu số 01 của từng người lao động, đã ký và ghi rõ họ tên; quét (scan) hoặc chụp rõ nét, "
    "thẳng chiều, mỗi người một trang.\n"
    "4. Đề nghị người lao động rà soát thông tin cá nhân trên VssID; trường hợp sai lệch, ghi vào nhóm cột "
    "“Thông tin sai lệch” của Phụ lục 02. Nếu không có sai lệch, chỉ cần viết trong thư “đã rà soát, không "
    "có sai lệch”.\n"
    "5. Lập danh sách theo Phụ lục 02 (tệp Excel kèm theo) và gửi cùng các Tờ khai bằng cách trả lời thư "
    "này.\n"
    "\n"
    "THỜI HẠN GỬI HỒ SƠ: trước ngày 20/05/2021 (chậm nhất hết ngày 19/05/2021).\n"
    "\n"
    "Cách gửi:\n"
    "- Trả lời thư này, giữ nguyên tiêu đề, kèm Phụ lục 02 và các Tờ khai mẫu số 01. Có thể nén (zip) nếu "
    "nhiều tệp; không gửi đường dẫn thay cho tệp.\n"
    "- Đơn vị có thể gửi làm nhiều lần. Sau mỗi lần gửi, Anh/Chị nhận được thư báo kết quả kiểm tra và những "
    "nội dung còn thiếu.\n"
    "- Nếu Anh/Chị không phải là đầu mối của đơn vị, đề nghị trả lời thư này, ghi rõ họ tên và địa chỉ thư "
    "điện tử của người được cử.\n"
    "- Không gửi về Ban Nhân sự ảnh chân dung và ảnh chụp CCCD/CMND; các ảnh này người lao động chỉ tải lên "
    "Cổng Dịch vụ công của cơ quan BHXH.\n"
    "\n"
    "Tài liệu kèm theo:\n"
    "- cong-van-huong-dan.pdf\n"
    "- phu-luc-02-U03.xlsx\n"
    "\n"
    "Về dữ liệu cá nhân:\n"
    "- Ai xử lý, để làm gì: Công ty Công nghệ thông tin VNPT-IT (mẫu) (bên kiểm soát dữ liệu) chỉ dùng dữ "
    "liệu để thực hiện đợt này và gửi hồ sơ cho BHXH quận Đống Đa; căn cứ là quan hệ lao động và quy định "
    "pháp luật có liên quan.\n"
    "- Dữ liệu nào: những nội dung ghi trong Phụ lục 02 và Tờ khai mẫu số 01; không yêu cầu ảnh chân dung, "
    "ảnh chụp CCCD/CMND.\n"
    "- Ai được xem: người phụ trách của Ban Nhân sự và BHXH quận Đống Đa. Dữ liệu được xử lý trên máy chủ "
    "của Công ty, không qua dịch vụ bên ngoài, không chuyển ra nước ngoài.\n"
    "- Lưu bao lâu: đến khi hoàn thành đợt và giải quyết xong các vấn đề phát sinh, sau đó được xóa, hủy "
    "theo quy định.\n"
    "- Quyền của người lao động: được biết, xem, yêu cầu chỉnh sửa, xóa, hạn chế, phản đối việc xử lý và "
    "khiếu nại; gửi yêu cầu đến Bộ phận bảo vệ dữ liệu cá nhân, thư điện tử dulieucanhan@vnpt-it.example. "
    "Yêu cầu được phản hồi trong 02 ngày làm việc.\n"
    "Đề nghị Anh/Chị phổ biến nội dung này đến người lao động; thông báo đầy đủ được gửi kèm theo.\n"
    "\n"
    "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị Anh/Chị trả lời thư này hoặc liên hệ Ban Nhân sự "
    "(Đỗ Ngọc Lan, điện thoại 024 0000 0119) để được hướng dẫn.\n"
    "\n"
    "Trân trọng cảm ơn./.\n"
    "\n"
    "Ban Nhân sự\n"
    "Công ty Công nghệ thông tin VNPT-IT (mẫu)\n"
    "\n"
    "--\n"
    "Thư được lập tự động thay mặt Ban Nhân sự; thư trả lời của Anh/Chị vẫn được tiếp nhận và xử lý. Khi trả "
    "lời, đề nghị giữ nguyên tiêu đề thư.\n"
    "Thư có chứa dữ liệu cá nhân; đề nghị chỉ sử dụng cho mục đích nêu trên và không chuyển tiếp.\n"
)
REMINDER = (
    "Kính gửi: Anh/Chị Đặng Thùy Linh, đầu mối Trung tâm Y tế số,\n"
    "\n"
    "Thời hạn gửi hồ sơ theo Công văn số 123/VNPT-IT-NS ngày 15/04/2021 là trước ngày 20/05/2021 (chậm nhất "
    "hết ngày 19/05/2021). Đến 09:15 ngày 12/05/2021, Ban Nhân sự đã nhận được một phần hồ sơ của Trung tâm "
    "Y tế số.\n"
    "\n"
    "Còn 03 ngày làm việc, đến hết thứ Tư, ngày 19/05/2021. Kính đề nghị Anh/Chị khẩn trương thực hiện.\n"
    "\n"
    "Nội dung còn thiếu:\n"
    "- Phụ lục 02: sửa 02 nội dung đã đánh dấu\n"
    "- Tờ khai mẫu số 01 còn thiếu: Phạm Bích Hương\n"
    "\n"
    "Kèm theo thư là Phụ lục 02 đơn vị gửi gần nhất, đã đánh dấu các nội dung cần chỉnh sửa; đề nghị sửa "
    "trên tệp này rồi gửi lại.\n"
    "\n"
    "Kèm theo thư là các mẫu để đơn vị điền và gửi lại: to-khai-mau-so-01.pdf, to-khai-mau-so-01.docx, "
    "phu-luc-02-U03.xlsx. Danh sách đã điền sẵn mở bằng mật khẩu mà Đỗ Ngọc Lan đã báo cho Anh/Chị.\n"
    "\n"
    "Đề nghị Anh/Chị gửi bằng cách trả lời thư này; có thể gửi trước phần đã có. Nếu đơn vị đã gửi trong "
    "ngày hôm nay, xin bỏ qua thư này. Tệp lịch kèm theo ghi thời hạn mới vào lịch làm việc của Anh/Chị.\n"
    "\n"
    "Có thể trả lời nhanh bằng một dòng: “ĐÃ GỬI” nếu đơn vị đã gửi hồ sơ (Anh/Chị được báo ngay những gì đã "
    "nhận và còn thiếu); “XIN GIA HẠN đến ngày …/…/…” nếu đơn vị cần thêm thời gian.\n"
    "\n"
    "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị Anh/Chị trả lời thư này hoặc liên hệ Ban Nhân sự "
    "(Đỗ Ngọc Lan, điện thoại 024 0000 0119) để được hướng dẫn.\n"
    "\n"
    "Trân trọng cảm ơn./.\n"
    "\n"
    "Ban Nhân sự\n"
    "Công ty Công nghệ thông tin VNPT-IT (mẫu)\n"
    "\n"
    "--\n"
    "Thư được lập tự động thay mặt Ban Nhân sự; thư trả lời của Anh/Chị vẫn được tiếp nhận và xử lý. Khi trả "
    "lời, đề nghị giữ nguyên tiêu đề thư.\n"
    "Thư có chứa dữ liệu cá nhân; đề nghị chỉ sử dụng cho mục đích nêu trên và không chuyển tiếp.\n"
)
OVERDUE = (
    "Kính gửi: Lãnh đạo Trung tâm Y tế số (Anh/Chị Hoàng Minh Tuấn);\n"
    "Đồng kính gửi: Anh/Chị Đặng Thùy Linh, đầu mối của đơn vị,\n"
    "\n"
    "Thời hạn gửi hồ sơ theo Công văn số 123/VNPT-IT-NS ngày 15/04/2021 là trước ngày 20/05/2021 (chậm nhất "
    "hết ngày 19/05/2021). Đến 09:15 ngày 12/05/2021, Ban Nhân sự đã nhận nhưng chưa đủ hồ sơ của Trung tâm "
    "Y tế số.\n"
    "\n"
    "Đã quá thời hạn 01 ngày.\n"
    "\n"
    "Nội dung còn thiếu:\n"
    "- Phụ lục 02: sửa 02 nội dung đã đánh dấu\n"
    "- Tờ khai mẫu số 01 còn thiếu: Phạm Bích Hương\n"
    "\n"
    "Kèm theo thư là Phụ lục 02 đơn vị gửi gần nhất, đã đánh dấu các nội dung cần chỉnh sửa; đề nghị sửa "
    "trên tệp này rồi gửi lại.\n"
    "\n"
    "Kèm theo thư là các mẫu để đơn vị điền và gửi lại: to-khai-mau-so-01.pdf, to-khai-mau-so-01.docx, "
    "phu-luc-02-U03.xlsx.\n"
    "\n"
    "Đề nghị Lãnh đạo đơn vị quan tâm, chỉ đạo hoàn thành để Ban Nhân sự tổng hợp, gửi BHXH quận Đống Đa. Hồ "
    "sơ gửi bằng cách trả lời thư này vẫn được tiếp nhận. Trường hợp có khó khăn, đề nghị đơn vị cho biết lý "
    "do và thời gian dự kiến hoàn thành.\n"
    "\n"
    "Có thể trả lời nhanh bằng một dòng: “ĐÃ GỬI” nếu đơn vị đã gửi hồ sơ (Anh/Chị được báo ngay những gì đã "
    "nhận và còn thiếu); “XIN GIA HẠN đến ngày …/…/…” nếu đơn vị cần thêm thời gian.\n"
    "\n"
    "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị Anh/Chị trả lời thư này hoặc liên hệ Ban Nhân sự "
    "(Đỗ Ngọc Lan, điện thoại 024 0000 0119) để được hướng dẫn.\n"
    "\n"
    "Trân trọng cảm ơn./.\n"
    "\n"
    "Ban Nhân sự\n"
    "Công ty Công nghệ thông tin VNPT-IT (mẫu)\n"
    "\n"
    "--\n"
    "Thư được lập tự động thay mặt Ban Nhân sự; thư trả lời của Anh/Chị vẫn được tiếp nhận và xử lý. Khi trả "
    "lời, đề nghị giữ nguyên tiêu đề thư.\n"
    "Thư có chứa dữ liệu cá nhân; đề nghị chỉ sử dụng cho mục đích nêu trên và không chuyển tiếp.\n"
)


@pytest.mark.parametrize(("mail", "text"), [("opening", OPENING), ("reminder", REMINDER), ("overdue", OVERDUE)])
def test_the_clocks_mails_read_as_they_should(mail: str, text: str) -> None:
    """The opening mail with the notice on personal data, a reminder with open corrections, an escalated mail."""
    assert render(mail).text == text


@pytest.mark.parametrize("mail", ["opening"])
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", ("bên kiểm soát dữ liệu", "căn cứ", "Ai được xem", "Lưu bao lâu", "phản đối", "khiếu nại")),
        ("en", ("the controller", "because of", "Who sees it", "How long it is kept", "to object", "to complain")),
    ],
)
def test_the_opening_mail_says_what_becomes_of_the_data(mail: str, language: str, said: tuple[str, ...]) -> None:
    """Who, what for and why, which data, who sees it, how long, which rights and where to turn: in the mail itself."""
    rendered = render(mail, language=language)
    for words in said:
        assert words in rendered.text
        assert words in rendered.html


def test_the_last_day_is_named_by_its_weekday() -> None:
    """A date alone is read past; "thứ Tư" is not."""
    assert "Hôm nay, thứ Tư, là ngày cuối cùng." in render("reminder", days_left=0).text
    assert "to the end of Wednesday, 19/05/2021" in render("reminder", language="en").text


def test_without_corrections_no_workbook_is_promised() -> None:
    """Only what is attached is spoken of."""
    assert "đã đánh dấu các nội dung" not in render("reminder", returned=False).text
    assert "đã đánh dấu các nội dung" not in render("overdue", returned=False).html
