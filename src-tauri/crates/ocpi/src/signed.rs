//! What a meter signed, as CDRs of 2.2 and later carry it (CDRs / SignedData, SignedValue class).
//!
//! Texts are kept as sent: whether they can be read and hold is another crate's question, so that
//! nothing that is missing here is a finding of form.

use domain::{SignedData, SignedValue};

use crate::fields::{Members, fields};
use crate::json::Value;
use crate::path::Path;
use crate::report::Report;
use crate::take::Need;

/// The longest `encoding_method`.
pub(crate) const WORD_MAX: usize = 36;
/// The longest `nature`.
pub(crate) const NATURE_MAX: usize = 32;
/// The longest key.
pub(crate) const KEY_MAX: usize = 512;
/// The longest signed text.
pub(crate) const TEXT_MAX: usize = 5_000;
/// The longest address.
pub(crate) const URL_MAX: usize = 512;

fields! {
    /// SignedData.
    DATA: DataField {
        EncodingMethod = "encoding_method",
        EncodingMethodVersion = "encoding_method_version",
        PublicKey = "public_key",
        SignedValues = "signed_values",
        Url = "url",
    }
}

fields! {
    /// SignedValue.
    VALUE: ValueField {
        Nature = "nature",
        PlainData = "plain_data",
        SignedData = "signed_data",
    }
}

/// Reads signed data.
pub(crate) fn data(value: Value<'_>, report: &mut Report, path: Path<'_>) -> SignedData {
    use DataField as Field;
    let at = Members::of(value, &DATA, path, report);
    let method = at.string(report, Field::EncodingMethod, WORD_MAX, Need::May);
    let list = at.path(Field::SignedValues);
    let mut values = Vec::new();
    for (index, value) in at.list(report, Field::SignedValues, Need::May).enumerate() {
        values.push(signed_value(value, report, list.item(index)));
    }
    SignedData {
        encoding_method: method.unwrap_or_default(),
        encoding_method_version: at.count(report, Field::EncodingMethodVersion, Need::May),
        public_key: at.string(report, Field::PublicKey, KEY_MAX, Need::May),
        values,
        url: at.string(report, Field::Url, URL_MAX, Need::May),
    }
}

fn signed_value(value: Value<'_>, report: &mut Report, path: Path<'_>) -> SignedValue {
    use ValueField as Field;
    let at = Members::of(value, &VALUE, path, report);
    let mut text = |field, max| at.string(report, field, max, Need::May).unwrap_or_default();
    SignedValue {
        nature: text(Field::Nature, NATURE_MAX),
        plain_data: text(Field::PlainData, TEXT_MAX),
        signed_data: text(Field::SignedData, TEXT_MAX),
    }
}
