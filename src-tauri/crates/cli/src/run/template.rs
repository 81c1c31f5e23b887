//! `template`: how the spreadsheets of a partner are read.

use std::path::Path;

use domain::PartyKey;
use office::api::{TemplateRequest, TemplateSummary};
use office::templates::{self, Exported};
use serde_json::json;

use super::Context;
use crate::args::Template;
use crate::end::{End, Failure};
use crate::print;

/// Lists, shows, keeps or removes templates.
pub fn template(context: &Context<'_>, what: &Template) -> Result<End, Failure> {
    let desk = context.desk()?;
    let request = |partner: &PartyKey, name: &str| TemplateRequest {
        partner: partner.to_string(),
        name: name.to_owned(),
    };
    match what {
        Template::List { partner } => {
            tell(context, &templates::list(&desk, &partner.to_string())?);
        }
        Template::Versions { partner, name } => {
            tell(
                context,
                &templates::versions(&desk, &request(partner, name))?,
            );
        }
        Template::Show { partner, name } => {
            let exported = templates::export(&desk, &request(partner, name))?;
            print::json(&json!(exported));
        }
        Template::Put { partner, file } => {
            let exported = read(file)?;
            let kept = templates::put(&desk, &partner.to_string(), &exported)?;
            tell(context, &[kept]);
        }
        Template::Remove { partner, name } => {
            templates::remove(&desk, &request(partner, name))?;
            if context.json {
                print::json(&json!({ "removed": name }));
            } else {
                println!("no file of {partner} is read by template {name} any more");
            }
        }
    }
    Ok(End::Done)
}

fn read(file: &Path) -> Result<Exported, Failure> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::nothing("file_not_read", format!("{name}: {error}")))?;
    serde_json::from_str(&text).map_err(|error| {
        let text = format!("{name} is no template that `template show` wrote: {error}");
        Failure::nothing("file_not_understood", text)
    })
}

fn tell(context: &Context<'_>, found: &[TemplateSummary]) {
    if context.json {
        print::json(&json!({ "templates": found }));
        return;
    }
    let row = |template: &TemplateSummary| {
        let columns = template.columns.iter();
        let columns = columns.map(|column| format!("{} = {}", column.heading, column.field));
        vec![
            template.name.clone(),
            template.version.to_string(),
            template.kind.clone(),
            template.at.clone(),
            template.actor.clone(),
            columns.collect::<Vec<_>>().join(", "),
        ]
    };
    let headings = ["template", ">version", "kind", "kept at", "by", "columns"];
    print::table(&headings, &found.iter().map(row).collect::<Vec<_>>());
}
