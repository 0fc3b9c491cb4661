//! UBL 2.1 drafts of a bill: an invoice (type 380) of its lines, a credit note (381) of its credits.
//!
//! Quantities and base quantities are the integers of the bill; a discount is an allowance of its line. The number of a
//! draft is the bill's reference: the accounting tool gives the real one. Rules of EN 16931 kept here: one tax subtotal a
//! rate and category, prices above zero, net = Σ lines, tax = Σ subtotals, gross = net + tax, a reason for each exempt rate;
//! what is out of the scope of VAT stands in a document of its own, without VAT numbers (BR-O-02, BR-O-11).

use cadastre_domain::calendar::Month;
use cadastre_domain::contract::VatCategory;
use cadastre_domain::money::{self, Amount, Percent, Price};
use cadastre_domain::price::{Bill, BillLine, Kind};
use cadastre_domain::refusal::Refusal;

use super::xml::Xml;
use crate::present::text::bill::{DISCOUNT_REASON, DRAFT_NOTE};
use crate::views::parties::{Parties, Party};

/// One draft: the ending of its file name and its text.
pub(crate) struct Draft {
    pub(crate) ending: &'static str,
    pub(crate) text: String,
}

/// The drafts of a bill: an invoice, a credit note, or both, and the same for what is out of the scope of VAT; none for an
/// empty bill.
///
/// # Errors
/// `amount_overflow`.
pub(crate) fn drafts(bill: &Bill, reference: &str, parties: &Parties) -> Result<Vec<Draft>, Refusal> {
    let mut drafts = Vec::new();
    for (ending, is_credit, is_out_of_scope) in DOCUMENTS {
        let own = |line: &&BillLine| (line.kind == Kind::Credit, is_outside(line)) == (is_credit, is_out_of_scope);
        let lines: Vec<&BillLine> = bill.lines.iter().filter(own).collect();
        if !lines.is_empty() {
            let document = Document { bill, reference, parties, lines, ending, is_credit, is_out_of_scope };
            drafts.push(Draft { ending, text: document.text()? });
        }
    }
    Ok(drafts)
}

/// The documents of a bill: what is added to its reference, whether it gives back, whether it is out of the scope of VAT.
const DOCUMENTS: [(&str, bool, bool); 4] =
    [("", false, false), ("-avoir", true, false), ("-hors-champ", false, true), ("-avoir-hors-champ", true, true)];

/// Invoices of services, in the French list of billing frames.
const SERVICES: &str = "S1";

fn is_outside(line: &BillLine) -> bool {
    line.vat_category == Some(VatCategory::O)
}

struct Document<'a> {
    bill: &'a Bill,
    reference: &'a str,
    parties: &'a Parties,
    lines: Vec<&'a BillLine>,
    ending: &'static str,
    is_credit: bool,
    is_out_of_scope: bool,
}

/// VAT of one rate and category in the document.
struct Subtotal {
    category: &'static str,
    rate: Percent,
    reason: Option<String>,
    base: Amount,
    tax: Amount,
}

impl Document<'_> {
    fn text(&self) -> Result<String, Refusal> {
        let name = if self.is_credit { "CreditNote" } else { "Invoice" };
        let mut xml = Xml::new(name, &format!("urn:oasis:names:specification:ubl:schema:xsd:{name}-2"));
        self.head(&mut xml);
        self.party(&mut xml, "AccountingSupplierParty", &self.parties.seller);
        self.party(&mut xml, "AccountingCustomerParty", &self.parties.buyer);
        if let Some(means) = &self.parties.means {
            xml.open("cac:PaymentMeans");
            xml.leaf_with("cbc:PaymentMeansCode", &[("name", means)], payment_code(means));
            xml.close();
        }
        self.totals(&mut xml)?;
        for (number, line) in (1..).zip(&self.lines) {
            self.line(&mut xml, number, line)?;
        }
        Ok(xml.finish())
    }

    fn head(&self, xml: &mut Xml) {
        xml.leaf("cbc:CustomizationID", "urn:cen.eu:en16931:2017");
        xml.leaf("cbc:ProfileID", SERVICES);
        xml.leaf("cbc:ID", &format!("{}{}", self.reference, self.ending));
        xml.leaf("cbc:IssueDate", &self.bill.date.to_string());
        if self.is_credit {
            xml.leaf("cbc:CreditNoteTypeCode", "381");
        } else {
            xml.leaf("cbc:DueDate", &self.bill.due.to_string());
            xml.leaf("cbc:InvoiceTypeCode", "380");
        }
        xml.leaf("cbc:Note", DRAFT_NOTE);
        xml.leaf("cbc:DocumentCurrencyCode", &self.bill.currency);
        self.period(xml, self.bill.period.start, self.bill.period.end);
        let mut months: Vec<String> =
            self.lines.iter().filter(|line| is_corrected(line)).map(|line| month(line)).collect();
        months.sort();
        months.dedup();
        for month in months {
            xml.open("cac:BillingReference");
            xml.open("cac:InvoiceDocumentReference");
            xml.leaf("cbc:ID", &self.reference_of(&month));
            if let Ok(month) = month.parse::<Month>() {
                xml.leaf("cbc:IssueDate", &self.date_of(month).to_string());
            }
            xml.close();
            xml.close();
        }
    }

    /// The reference of the bill of another month of the same client, entity and currency.
    fn reference_of(&self, month: &str) -> String {
        let own = self.bill.period.start.to_string();
        let own = own.get(..MONTH_LENGTH).unwrap_or_default();
        let stem = self.reference.strip_suffix(own).unwrap_or(self.reference);
        format!("{stem}{month}")
    }

    /// The day that the bill of another month bears: the last in arrears, the first in advance, as this one.
    fn date_of(&self, month: Month) -> jiff::civil::Date {
        if self.bill.date == self.bill.period.start { month.first() } else { month.last() }
    }

    fn period(&self, xml: &mut Xml, from: jiff::civil::Date, to: jiff::civil::Date) {
        xml.open("cac:InvoicePeriod");
        xml.leaf("cbc:StartDate", &from.to_string());
        xml.leaf("cbc:EndDate", &to.to_string());
        xml.close();
    }

    fn party(&self, xml: &mut Xml, role: &str, party: &Party) {
        xml.open(role_name(role));
        xml.open("cac:Party");
        xml.open("cac:PostalAddress");
        xml.open("cac:Country");
        xml.leaf("cbc:IdentificationCode", "FR");
        xml.close();
        xml.close();
        let number = party.siren.as_deref().and_then(vat_number).filter(|_| !self.is_out_of_scope);
        if let Some(number) = number {
            xml.open("cac:PartyTaxScheme");
            xml.leaf("cbc:CompanyID", &number);
            scheme(xml);
            xml.close();
        }
        xml.open("cac:PartyLegalEntity");
        xml.leaf("cbc:RegistrationName", &party.name);
        if let Some(siren) = &party.siren {
            xml.leaf_with("cbc:CompanyID", &[("schemeID", "0002")], siren);
        }
        xml.close();
        xml.close();
        xml.close();
    }

    fn totals(&self, xml: &mut Xml) -> Result<(), Refusal> {
        let subtotals = self.subtotals()?;
        let net = Amount::total(subtotals.iter().map(|row| row.base))?;
        let tax = Amount::total(subtotals.iter().map(|row| row.tax))?;
        let gross = net.plus(tax)?;
        xml.open("cac:TaxTotal");
        self.amount(xml, "cbc:TaxAmount", tax);
        for row in &subtotals {
            xml.open("cac:TaxSubtotal");
            self.amount(xml, "cbc:TaxableAmount", row.base);
            self.amount(xml, "cbc:TaxAmount", row.tax);
            xml.open("cac:TaxCategory");
            category(xml, row.category, row.rate);
            if let Some(reason) = &row.reason {
                xml.leaf("cbc:TaxExemptionReason", reason);
            }
            scheme(xml);
            xml.close();
            xml.close();
        }
        xml.close();
        xml.open("cac:LegalMonetaryTotal");
        self.amount(xml, "cbc:LineExtensionAmount", net);
        self.amount(xml, "cbc:TaxExclusiveAmount", net);
        self.amount(xml, "cbc:TaxInclusiveAmount", gross);
        self.amount(xml, "cbc:PayableAmount", gross);
        xml.close();
        Ok(())
    }

    fn subtotals(&self) -> Result<Vec<Subtotal>, Refusal> {
        let mut rows: Vec<Subtotal> = Vec::new();
        for line in &self.lines {
            let category = category_of(line);
            let amount = self.signed(line.amount)?;
            let same =
                |row: &&mut Subtotal| row.category == category && row.rate.millionths() == line.vat_rate.millionths();
            match rows.iter_mut().find(same) {
                Some(row) => row.base = row.base.plus(amount)?,
                None => rows.push(Subtotal {
                    category,
                    rate: line.vat_rate,
                    // A zero rate is a rate: it has no reason (BR-Z-10).
                    reason: line.vat_reason.clone().filter(|_| line.vat_category != Some(VatCategory::Z)),
                    base: amount,
                    tax: Amount::ZERO,
                }),
            }
        }
        for row in &mut rows {
            row.tax = money::share(row.base, row.rate)?;
        }
        Ok(rows)
    }

    fn line(&self, xml: &mut Xml, number: u32, line: &BillLine) -> Result<(), Refusal> {
        let quantity = if self.is_credit { line.quantity.saturating_neg() } else { line.quantity };
        let unit = [("unitCode", line.unit.code())];
        xml.open(if self.is_credit { "cac:CreditNoteLine" } else { "cac:InvoiceLine" });
        xml.leaf("cbc:ID", &number.to_string());
        xml.leaf("cbc:Note", &line.evidence);
        let name = if self.is_credit { "cbc:CreditedQuantity" } else { "cbc:InvoicedQuantity" };
        xml.leaf_with(name, &unit, &quantity.to_string());
        self.amount(xml, "cbc:LineExtensionAmount", self.signed(line.amount)?);
        if let Some(account) = &line.account {
            xml.leaf("cbc:AccountingCost", account);
        }
        self.period(xml, line.from, line.to);
        self.allowance(xml, line, quantity)?;
        xml.open("cac:Item");
        xml.leaf("cbc:Name", &line.label);
        if let Some(article) = &line.article {
            xml.open("cac:SellersItemIdentification");
            xml.leaf("cbc:ID", article);
            xml.close();
        }
        xml.open("cac:ClassifiedTaxCategory");
        category(xml, category_of(line), line.vat_rate);
        scheme(xml);
        xml.close();
        xml.close();
        xml.open("cac:Price");
        xml.leaf_with("cbc:PriceAmount", &[("currencyID", &self.bill.currency)], &price(line.unit_price));
        xml.leaf_with("cbc:BaseQuantity", &unit, &line.price_base.to_string());
        xml.close();
        xml.close();
        Ok(())
    }

    /// What the discount, or a rounding before it, takes off the undiscounted amount of the line.
    fn allowance(&self, xml: &mut Xml, line: &BillLine, quantity: i64) -> Result<(), Refusal> {
        let Some(discount) = line.discount else { return Ok(()) };
        let whole = money::charge(quantity, line.unit_price, line.price_base, None)?;
        xml.open("cac:AllowanceCharge");
        xml.leaf("cbc:ChargeIndicator", "false");
        xml.leaf("cbc:AllowanceChargeReason", DISCOUNT_REASON);
        xml.leaf("cbc:MultiplierFactorNumeric", &discount.to_string());
        self.amount(xml, "cbc:Amount", whole.minus(self.signed(line.amount)?)?);
        self.amount(xml, "cbc:BaseAmount", whole);
        xml.close();
        Ok(())
    }

    /// A credit note states what it gives back, without a sign.
    fn signed(&self, amount: Amount) -> Result<Amount, Refusal> {
        if self.is_credit { Amount::ZERO.minus(amount) } else { Ok(amount) }
    }

    fn amount(&self, xml: &mut Xml, name: &'static str, amount: Amount) {
        xml.leaf_with(name, &[("currencyID", &self.bill.currency)], &amount.to_string());
    }
}

const MONTH_LENGTH: usize = "2026-03".len();

fn is_corrected(line: &BillLine) -> bool {
    matches!(line.kind, Kind::Regularisation | Kind::Credit)
}

fn month(line: &BillLine) -> String {
    line.from.to_string().get(..MONTH_LENGTH).unwrap_or_default().to_owned()
}

fn role_name(role: &str) -> &'static str {
    if role == "AccountingSupplierParty" { "cac:AccountingSupplierParty" } else { "cac:AccountingCustomerParty" }
}

fn category_of(line: &BillLine) -> &'static str {
    line.vat_category.map_or("S", VatCategory::code)
}

/// A category's code and rate; what is out of scope has no rate.
fn category(xml: &mut Xml, code: &'static str, rate: Percent) {
    xml.leaf("cbc:ID", code);
    if code != "O" {
        xml.leaf("cbc:Percent", &rate.to_string());
    }
}

fn scheme(xml: &mut Xml) {
    xml.open("cac:TaxScheme");
    xml.leaf("cbc:ID", "VAT");
    xml.close();
}

fn price(price: Price) -> String {
    price.to_string()
}

/// UNCL 4461: direct debit, cheque, card; else not said. A transfer needs the account (BR-61), which the accounts add: until
/// then its word stands beside the code « not defined ».
fn payment_code(means: &str) -> &'static str {
    match means {
        "direct_debit" | "prelevement" | "prélèvement" => "59",
        "cheque" | "chèque" => "20",
        "card" | "carte" => "48",
        _ => "1",
    }
}

/// The French VAT number of a SIREN: `FR`, its key, the SIREN.
fn vat_number(siren: &str) -> Option<String> {
    let number: u64 = siren.parse().ok().filter(|_| siren.len() == 9)?;
    Some(format!("FR{:02}{siren}", (12 + 3 * (number % 97)) % 97))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vat_number_carries_its_key() {
        assert_eq!(vat_number("732829320").as_deref(), Some("FR44732829320"));
        assert_eq!(vat_number("73282932"), None);
    }
}
