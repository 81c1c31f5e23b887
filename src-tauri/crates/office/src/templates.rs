//! Templates: how the files of a partner are read, kept under a name in versions. Keeping one and
//! giving up its name are decisions.

use domain::PartyKey;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sheet::Template;
use store::decision::NewDecision;
use store::template::{NewTemplate, Template as Stored};
use store::{Book, Durability};

use crate::api::{TemplateColumn, TemplateRequest, TemplateSummary};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::words;

/// A name is not longer.
const LONGEST_NAME: usize = 80;

/// A template as it is handed on: a JSON document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// The form of this document: 1.
    pub tallywatt_template: u32,
    /// Its name.
    pub name: String,
    /// What it says.
    pub template: Template,
}

/// The newest version of each template of a partner, the one kept last first.
pub fn list(desk: &Desk, partner: &str) -> Result<Vec<TemplateSummary>> {
    let party = crate::partners::read_key(partner)?;
    let kept = of_partner(&desk.book, &party)?;
    Ok(kept
        .iter()
        .map(|(stored, template)| summary(stored, template))
        .collect())
}

/// Every version of a template of a partner, the newest first.
pub fn versions(desk: &Desk, request: &TemplateRequest) -> Result<Vec<TemplateSummary>> {
    let party = crate::partners::read_key(&request.partner)?;
    let Some(row) = store::party::find(&desk.book, &party)? else {
        return Err(unknown(&request.name));
    };
    let versions = store::template::versions(&desk.book, row, &request.name)?;
    if versions.is_empty() {
        return Err(unknown(&request.name));
    }
    versions
        .iter()
        .map(|stored| Ok(summary(stored, &read(stored)?)))
        .collect()
}

/// A template of a partner as a document that another book can [`put`].
pub fn export(desk: &Desk, request: &TemplateRequest) -> Result<Exported> {
    let party = crate::partners::read_key(&request.partner)?;
    let (stored, template) = find(&desk.book, &party, &request.name)?;
    Ok(Exported {
        tallywatt_template: 1,
        name: stored.name,
        template,
    })
}

/// Keeps a template that was exported. What is the same as the newest version is not kept again.
pub fn put(desk: &Desk, partner: &str, exported: &Exported) -> Result<TemplateSummary> {
    let party = crate::partners::read_key(partner)?;
    if exported.tallywatt_template != 1 || !exported.template.has_records() {
        return Err(Error::BadRequest {
            field: "template",
            value: exported.name.clone(),
        });
    }
    keep(desk, &party, &exported.name, &exported.template)?;
    let (stored, template) = find(&desk.book, &party, &exported.name)?;
    Ok(summary(&stored, &template))
}

/// Gives up the name of a template: files are not read by it any more. Its versions stay in the
/// audit log, and the name can be used again.
pub fn remove(desk: &Desk, request: &TemplateRequest) -> Result<()> {
    let party = crate::partners::read_key(&request.partner)?;
    let (stored, _) = find(&desk.book, &party, &request.name)?;
    decide(desk, &party, (&stored.name, ""), "template_remove", None)?;
    Ok(())
}

/// Keeps how a file was read as the next version of a template, and says which that is.
pub(crate) fn keep(
    desk: &Desk,
    party: &PartyKey,
    name: &str,
    template: &Template,
) -> Result<(String, u32)> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Error::BadRequest {
            field: "keep_as",
            value: name.to_owned(),
        });
    }
    let mut name = name.to_owned();
    if let Some(stored) = newest(&desk.book, party, &name)? {
        if read(&stored)? == *template {
            return Ok((stored.name, stored.version));
        }
        name = stored.name;
    }
    let content = serde_json::to_value(template).map_err(store::Error::from)?;
    let fingerprint = template.fingerprint();
    let made = (name.as_str(), fingerprint.as_str());
    let version = decide(desk, party, made, "template_keep", Some(&content))?;
    Ok((name, version))
}

fn decide(
    desk: &Desk,
    party: &PartyKey,
    (name, fingerprint): (&str, &str),
    verb: &str,
    content: Option<&Value>,
) -> Result<u32> {
    let text = content.map(Value::to_string);
    desk.book.write(Durability::Decisions, |book| {
        let row = store::party::intern(book, party)?;
        let details = json!({ "name": name, "fingerprint": fingerprint, "content": content });
        let decision = store::decision::append(
            book,
            &NewDecision {
                at: desk.now,
                actor: &desk.actor,
                verb,
                object: &format!("{party}: {name}"),
                reason: "",
                details: &details,
                undoes: None,
                cdrs: &[],
                sessions: &[],
                seen: &[],
            },
        )?;
        let new = NewTemplate {
            decision,
            party: row,
            name,
            fingerprint,
            content: text.as_deref(),
        };
        Ok(store::template::put(book, &new)?)
    })
}

/// The newest version of each template of a partner, the one kept last first.
pub(crate) fn of_partner(book: &Book, party: &PartyKey) -> Result<Vec<(Stored, Template)>> {
    let Some(row) = store::party::find(book, party)? else {
        return Ok(Vec::new());
    };
    let stored = store::template::of_partner(book, row)?.into_iter();
    stored
        .map(|stored| {
            let template = read(&stored)?;
            Ok((stored, template))
        })
        .collect()
}

/// The newest version of a template of a partner.
pub(crate) fn find(book: &Book, party: &PartyKey, name: &str) -> Result<(Stored, Template)> {
    let stored = newest(book, party, name)?.ok_or_else(|| unknown(name))?;
    let template = read(&stored)?;
    Ok((stored, template))
}

/// The newest version of a template, if the partner has one of this name.
fn newest(book: &Book, party: &PartyKey, name: &str) -> Result<Option<Stored>> {
    let row = store::party::find(book, party)?;
    let found = row.map(|row| store::template::find(book, row, name));
    Ok(found.transpose()?.flatten())
}

fn unknown(name: &str) -> Error {
    let text = format!("the partner has no template {name:?}");
    Error::refused("unknown_template", text).with("template", name)
}

fn read(stored: &Stored) -> Result<Template> {
    Ok(serde_json::from_str(&stored.content).map_err(store::Error::from)?)
}

fn summary(stored: &Stored, template: &Template) -> TemplateSummary {
    let columns = template.columns.iter().map(|column| TemplateColumn {
        heading: column.heading.clone(),
        field: words::stable(&column.field),
    });
    TemplateSummary {
        name: stored.name.clone(),
        version: stored.version,
        fingerprint: stored.fingerprint.clone(),
        kind: template.kind.as_str().to_owned(),
        columns: columns.collect(),
        at: words::instant(stored.at),
        actor: stored.actor.clone(),
    }
}
