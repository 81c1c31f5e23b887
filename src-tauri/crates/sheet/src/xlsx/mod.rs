//! Reads xlsx cell by cell: a zip of XML parts, of which only workbook, texts, formats and sheets
//! are looked at. Formulas are never run (the value kept beside one is read), and links to other
//! files are never followed.

mod part;
mod sheet;
mod styles;
mod texts;

use std::collections::HashMap;
use std::io::Cursor;

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::error::Error;
use crate::grid::{Grids, Packed, within};
use crate::limits;
use part::{Part, damaged};
use styles::Form;

/// Reads all sheets.
pub(crate) fn read(bytes: &[u8]) -> Result<Grids, Error> {
    let mut package = Package::open(bytes)?;
    let outline = outline(&mut package)?;
    let mut grids = Grids::new(outline.is_1904);
    let shared = match package.part("xl/sharedstrings.xml")? {
        Some(part) => texts::read(part, &mut grids)?,
        None => Vec::new(),
    };
    let formats = match package.part("xl/styles.xml")? {
        Some(part) => styles::read(part)?,
        None => Vec::new(),
    };
    let known = Known { shared, formats };
    for (name, path) in outline.sheets {
        grids.begin(name)?;
        let part = package.part(&path)?;
        let part = part.ok_or_else(|| damaged(format!("the part {path} is missing")))?;
        sheet::read(part, &known, &mut grids)?;
    }
    Ok(grids)
}

/// What cells refer to by number.
struct Known {
    /// The texts that cells share.
    shared: Vec<Option<Packed>>,
    /// What the cell formats make of a number.
    formats: Vec<Form>,
}

/// The zip archive, and how much may still be unpacked.
struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Places of the parts by their names in lower case.
    places: HashMap<String, usize>,
    size: u64,
    left: u64,
}

impl<'a> Package<'a> {
    fn open(bytes: &'a [u8]) -> Result<Package<'a>, Error> {
        // Counted before the archive keeps a record of each.
        let entries = memchr::memmem::find_iter(bytes, b"PK\x01\x02").take(limits::PARTS + 1);
        within(entries.count(), limits::PARTS, "parts")?;
        let zip = ZipArchive::new(Cursor::new(bytes));
        let zip = zip.map_err(|error| damaged(format!("the archive is damaged ({error})")))?;
        // A name that is no text names no part that is looked for.
        let names = zip.file_names().flatten();
        let places = names.filter_map(|name| {
            let folded = name.replace('\\', "/").to_lowercase();
            Some((folded, zip.index_for_name(&name)?))
        });
        let places = places.collect();
        Ok(Package {
            zip,
            places,
            size: bytes.len() as u64,
            left: limits::UNPACKED,
        })
    }

    /// A part by its path, whatever the case of its letters.
    fn part(&mut self, path: &str) -> Result<Option<Part<'_>>, Error> {
        let Some(&place) = self.places.get(&path.to_lowercase()) else {
            return Ok(None);
        };
        let file = self.zip.by_index(place);
        let file = file.map_err(|error| damaged(format!("{path}: {error}")))?;
        let packed = file.compressed_size().min(self.size);
        let by_ratio = packed.saturating_mul(limits::RATIO);
        let most = by_ratio.max(limits::UNPACKED_FREELY);
        // What the archive itself says is too much need not be unpacked to see it. (One that says
        // too little is found out by the reader of archives.)
        let (what, limit) = if file.size() > most {
            ("times as much as was packed", limits::RATIO)
        } else {
            ("bytes when unpacked", limits::UNPACKED)
        };
        if file.size() > most.min(self.left) {
            return Err(Error::TooLarge { what, limit });
        }
        Ok(Some(Part::new(file, most, &mut self.left)))
    }
}

/// The sheets of a workbook by name and path.
struct Outline {
    sheets: Vec<(String, String)>,
    is_1904: bool,
}

fn outline(package: &mut Package<'_>) -> Result<Outline, Error> {
    let targets = match package.part("xl/_rels/workbook.xml.rels")? {
        Some(part) => worksheets(part)?,
        None => return Err(damaged("it does not say where its sheets are")),
    };
    let Some(mut part) = package.part("xl/workbook.xml")? else {
        return Err(damaged("the part xl/workbook.xml is missing"));
    };
    let mut found = Outline {
        sheets: Vec::new(),
        is_1904: false,
    };
    loop {
        match part.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "workbookPr" => {
                    let system = attribute(&tag, "date1904")?;
                    found.is_1904 = matches!(system.as_deref(), Some("1" | "true"));
                }
                "sheet" => {
                    let target = attribute(&tag, "id")?.and_then(|id| targets.get(&id));
                    if let (Some(name), Some(path)) = (attribute(&tag, "name")?, target) {
                        within(found.sheets.len(), limits::SHEETS, "sheets")?;
                        found.sheets.push((name, path.clone()));
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The paths of the worksheets by the ids under which the workbook names them. Charts, dialogs
/// and whatever lies outside the file are left out.
fn worksheets(mut part: Part<'_>) -> Result<HashMap<String, String>, Error> {
    let mut targets = HashMap::new();
    loop {
        match part.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                let kind = attribute(&tag, "Type")?.unwrap_or_default();
                let is_outside = attribute(&tag, "TargetMode")?.as_deref() == Some("External");
                if is_outside || !kind.ends_with("/worksheet") {
                    continue;
                }
                if let (Some(id), Some(target)) =
                    (attribute(&tag, "Id")?, attribute(&tag, "Target")?)
                {
                    within(targets.len(), limits::PARTS, "parts")?;
                    targets.insert(id, path_of(&target));
                }
            }
            Event::Eof => return Ok(targets),
            _ => {}
        }
    }
}

/// The path of a target, which is written from the top or from `xl/`.
fn path_of(target: &str) -> String {
    let target = target.replace('\\', "/");
    let full = match target.strip_prefix('/') {
        Some(from_top) => from_top.to_owned(),
        None => format!("xl/{target}"),
    };
    let mut parts = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// An attribute of a tag by its name without prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Error> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| damaged(error.to_string()))?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            let value = value.map_err(|error| damaged(error.to_string()))?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn sheets_are_found_by_every_way_of_writing_their_path() {
        for target in [
            "worksheets/sheet1.xml",
            "/xl/worksheets/sheet1.xml",
            "./worksheets//sheet1.xml",
            "..\\xl\\worksheets\\sheet1.xml",
            "../../../xl/worksheets/sheet1.xml",
        ] {
            assert_eq!(path_of(target), "xl/worksheets/sheet1.xml", "{target}");
        }
    }
}
