//! The bill as a workbook: the columns of the CSV, every figure as a number, dates as dates, totals and VAT below.
//!
//! What identifies the bill heads each printed page; the column of the evidence is for the screen and is not printed.
//! **Invariant**: the same bill gives the same bytes: the workbook bears the bill's date, not the clock's.

use cadastre_domain::refusal::Refusal;
use jiff::civil::Date;
use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};

use super::csv;
use crate::present::text::bill::BillWords;
use crate::present::text::date::capital;
use crate::present::text::table::fill;
use crate::present::text::{Language, reason};
use crate::views::bill::{Bill, BillLine};

/// Widths of the columns, in characters, as [`csv::HEADER`].
const WIDTHS: [f64; 22] = [
    14.0, 18.0, 13.0, 13.0, 13.0, 15.0, 15.0, 12.0, 14.0, 14.0, 14.0, 34.0, 10.0, 7.0, 18.0, 11.0, 9.0, 14.0, 10.0,
    10.0, 12.0, 42.0,
];
/// The column of the wording, where totals have their names.
const LABEL: u16 = 11;
/// The column of the net amount.
const NET: u16 = 17;
/// The last column that is printed.
const PRINTED: u16 = 20;
/// Margins of a printed page, in inches.
const MARGIN: f64 = 0.4;

/// The workbook of these bills: one sheet a bill.
///
/// # Errors
/// Only what the writer refuses.
pub(crate) fn bills(bills: &[Bill]) -> Result<Vec<u8>, Refusal> {
    workbook(bills).map_err(|error| Refusal::new("internal").with("reason", error))
}

fn workbook(bills: &[Bill]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    if let Some(bill) = bills.first() {
        let properties = DocProperties::new().set_title(&bill.reference).set_creation_datetime(&date(bill.date)?);
        workbook.set_properties(&properties);
    }
    for (number, bill) in (1..).zip(bills) {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(bill, number, bills.len()))?;
        write(sheet, bill)?;
    }
    workbook.save_to_buffer()
}

/// Sheet names hold 31 characters and not every sign.
fn sheet_name(bill: &Bill, number: u32, of: usize) -> String {
    let month = bill.period.start.to_string();
    let month = month.get(..7).unwrap_or_default();
    if of == 1 { month.to_owned() } else { format!("{month} {number} {}", bill.currency) }
}

struct Formats {
    head: Format,
    money: Format,
    price: Format,
    day: Format,
    percent: Format,
    code: Format,
    text: Format,
    strong: Format,
    total: Format,
}

fn write(sheet: &mut Worksheet, bill: &Bill) -> Result<(), XlsxError> {
    let formats = Formats {
        head: Format::new()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_background_color("E8ECF1")
            .set_border_bottom(FormatBorder::Thin),
        money: Format::new().set_num_format("#,##0.00"),
        price: Format::new().set_num_format("#,##0.00####"),
        day: Format::new().set_num_format("dd/mm/yyyy"),
        percent: Format::new().set_num_format("0.00####"),
        code: Format::new().set_align(FormatAlign::Center),
        text: Format::new().set_align(FormatAlign::Left).set_indent(1),
        strong: Format::new().set_bold(),
        total: Format::new().set_bold().set_num_format("#,##0.00").set_border_top(FormatBorder::Thin),
    };
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(MARGIN, MARGIN, MARGIN * 2.0, MARGIN * 2.0, MARGIN, MARGIN);
    sheet.set_header(format!("&L&B{}&B&R{}", plain(&bill.reference), plain(&bill.entity)));
    sheet.set_footer(format!("&L{}&R&P / &N", plain(&bill.run_id)));
    sheet.set_repeat_rows(0, 0)?;
    for (column, header) in (0..).zip(csv::HEADER) {
        sheet.write_with_format(0, column, header, &formats.head)?;
    }
    let mut row = 1;
    for line in &bill.lines {
        write_line(sheet, row, bill, line, &formats)?;
        row += 1;
    }
    if row > 1 {
        // Filters on the heads; the totals stand apart, so that no filter hides them.
        sheet.autofilter(0, 0, row - 1, PRINTED + 1)?;
    }
    totals(sheet, row + 1, bill, &formats)
}

/// The totals in the language of the columns. The net is a sum of the cells above, so that a reader can check it.
fn totals(sheet: &mut Worksheet, first: u32, bill: &Bill, formats: &Formats) -> Result<(), XlsxError> {
    let words = BillWords::of(Language::Fr);
    let mut row = first;
    let mut total = |row: u32, label: &str, amount: &str| -> Result<(), XlsxError> {
        sheet.write_with_format(row, LABEL, label, &formats.strong)?;
        if row == first && !bill.lines.is_empty() {
            let column = column_number_to_name(NET);
            let sum = Formula::new(format!("=SUM({column}2:{column}{})", first - 1)).set_result(amount);
            sheet.write_formula_with_format(row, NET, sum, &formats.total)?;
        } else {
            sheet.write_with_format(row, NET, number(amount), &formats.total)?;
        }
        Ok(())
    };
    total(row, words.total_net, &bill.total_net)?;
    for vat in &bill.vat {
        row += 1;
        let [rate, base] = [&vat.rate, &vat.base].map(|value| value.replace('.', ","));
        let label = fill(words.vat_of, &[("rate", &format!("{rate} %")), ("base", &base)], Language::Fr);
        total(row, &label, &vat.amount)?;
    }
    row += 1;
    total(row, words.total_gross, &bill.total_gross)?;
    for remark in &bill.remarks {
        row += 1;
        sheet.write(row, LABEL, capital(&reason::words(remark, Language::Fr)))?;
    }
    sheet.set_print_area(0, 0, row, PRINTED)?;
    Ok(())
}

/// A text for the head of a page, where `&` begins a command.
fn plain(text: &str) -> String {
    text.replace('&', "&&")
}

fn write_line(
    sheet: &mut Worksheet,
    row: u32,
    bill: &Bill,
    line: &BillLine,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let texts =
        [(0, line.kind.clone()), (1, bill.reference.clone()), (2, bill.client.clone()), (3, text(&bill.client_siren))];
    for (column, value) in texts {
        sheet.write(row, column, value)?;
    }
    for (column, day) in [(4, bill.date), (5, bill.due), (6, line.from), (7, line.to)] {
        sheet.write_with_format(row, column, &date(day)?, &formats.day)?;
    }
    let texts =
        [(8, line.contract.clone()), (9, text(&line.line)), (10, text(&line.article)), (11, line.label.clone())];
    for (column, value) in texts {
        // After a date, which stands to the right of its cell.
        sheet.write_with_format(row, column, value, &formats.text)?;
    }
    sheet.write(row, 12, line.quantity)?;
    sheet.write_with_format(row, 13, &line.unit, &formats.code)?;
    sheet.write_with_format(row, 14, number(&line.unit_price), &formats.price)?;
    sheet.write(row, 15, line.price_base)?;
    if let Some(discount) = &line.discount {
        sheet.write_with_format(row, 16, number(discount), &formats.percent)?;
    }
    sheet.write_with_format(row, NET, number(&line.amount), &formats.money)?;
    sheet.write_with_format(row, 18, number(&line.vat_rate), &formats.percent)?;
    for (column, value) in [(19, text(&line.account)), (20, text(&line.analytic))] {
        sheet.write_with_format(row, column, value, &formats.code)?;
    }
    sheet.write(row, 21, &line.evidence)?;
    Ok(())
}

/// A cell holds a binary number: it shows the cents that the text says, and nothing is computed from it here.
fn number(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}

fn date(day: Date) -> Result<ExcelDateTime, XlsxError> {
    let [month, day_of_month] = [day.month(), day.day()].map(i8::unsigned_abs);
    ExcelDateTime::from_ymd(day.year().unsigned_abs(), month, day_of_month)
}

/// A bill of one line, for tests.
#[cfg(test)]
pub(super) fn march() -> Bill {
    let line = crate::views::bill::BillLine {
        kind: "recurring".to_owned(),
        contract: "C-1".to_owned(),
        line: Some("laptops".to_owned()),
        label: "=Portables".to_owned(),
        from: jiff::civil::date(2026, 3, 1),
        to: jiff::civil::date(2026, 3, 31),
        quantity: 804,
        unit: "DAY".to_owned(),
        unit_price: "12.00".to_owned(),
        price_base: 31,
        discount: None,
        amount: "311.23".to_owned(),
        vat_rate: "20.00".to_owned(),
        account: None,
        article: None,
        analytic: None,
        evidence: "C-1/laptops/2026-03-01..2026-03-31".to_owned(),
    };
    Bill {
        schema: "cadastre/bill/1",
        client: "acme".to_owned(),
        client_siren: Some("732829320".to_owned()),
        reference: "acme-2026-03".to_owned(),
        entity: "acme".to_owned(),
        period: crate::views::bill::Period { start: line.from, end: line.to },
        status: "draft",
        run_id: String::new(),
        currency: "EUR".to_owned(),
        lines: vec![line],
        total_net: "311.23".to_owned(),
        vat: Vec::new(),
        total_gross: "373.48".to_owned(),
        remarks: Vec::new(),
        date: jiff::civil::date(2026, 3, 31),
        due: jiff::civil::date(2026, 4, 30),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bill_gives_the_same_bytes_that_read_back() {
        let bytes = bills(&[march()]).unwrap();
        assert_eq!(bytes, bills(&[march()]).unwrap());
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(sheet_name(&march(), 1, 1), "2026-03");
        assert_eq!(sheet_name(&march(), 2, 2), "2026-03 2 EUR");
    }
}
