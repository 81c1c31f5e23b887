//! What the page may call and hear: one list, from which the handler and the types are made.

use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

use crate::commands::{board, book, cdrs, connections, exports, intake, jobs, partner_checks};
use crate::commands::{partners, pricing, reconciling, settle, statements, tariffs, trail};
use crate::events::{FilesDropped, JobChanged};

/// The commands, by what they are about.
macro_rules! every_command {
    () => {
        collect_commands![
            book::book_info,
            partners::partners_list,
            partners::partner_get,
            partners::partner_set,
            board::close_board,
            intake::pick_files,
            intake::import_preview,
            intake::import_check,
            intake::import_run,
            intake::import_list,
            intake::import_problems,
            intake::import_undo,
            intake::import_rejects,
            intake::templates_list,
            intake::template_remove,
            exports::export_count,
            exports::export_run,
            jobs::jobs_list,
            jobs::job_cancel,
            jobs::replay_run,
            jobs::replay_trial,
            jobs::replay_adopt,
            cdrs::cdrs_open,
            cdrs::cdrs_rows,
            cdrs::cdrs_facets,
            cdrs::cdr_detail,
            pricing::switches_list,
            pricing::cdr_causes,
            pricing::cdr_words,
            pricing::whatif_versions,
            pricing::whatif_replay,
            pricing::whatif_keep,
            pricing::month_infer,
            statements::statement_compare,
            partner_checks::partner_check_run,
            partner_checks::partner_check_save,
            partner_checks::partner_sample_save,
            connections::vault_state,
            connections::vault_open,
            connections::connection_get,
            connections::connect_try,
            connections::connect_trial,
            connections::connect_keep,
            connections::connection_schedule,
            connections::connection_renew,
            connections::connection_remove,
            connections::pull_run,
            connections::push_queue,
            connections::push_run,
            reconciling::reconcile_month,
            reconciling::reconcile_rows,
            reconciling::reconcile_side,
            reconciling::reconcile_charts,
            reconciling::reconcile_scatter,
            reconciling::tolerance_effect,
            reconciling::accept_within,
            reconciling::month_decide,
            reconciling::cdr_link,
            reconciling::rule_of,
            reconciling::rule_effect,
            reconciling::rule_keep,
            reconciling::rules_list,
            reconciling::policy_proposal,
            tariffs::tariffs_list,
            tariffs::tariff_view,
            tariffs::tariff_try,
            trail::accept_differences,
            trail::undo,
            trail::audit_list,
            trail::audit_verify,
            settle::settle_overview,
            settle::invoice_get,
            settle::invoice_pdf,
            settle::invoice_save,
            settle::settle_draft,
            settle::settle_issue,
        ]
    };
}

/// Every command and event.
pub fn ipc() -> Builder<Wry> {
    Builder::new()
        .commands(every_command!())
        .events(collect_events![JobChanged, FilesDropped])
        .disable_serde_phases()
}

#[cfg(test)]
mod tests {
    use specta_typescript::Typescript;

    use super::*;

    /// What `build.rs` gives a permission each.
    const LISTED: &str = include_str!("../commands.txt");

    #[test]
    fn typescript_is_current() {
        let root = std::path::PathBuf::from(
            std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"),
        );
        let kept = root.join("ui/src/api/bindings.ts");
        let fresh = std::env::temp_dir().join(format!("bindings-{}.ts", std::process::id()));
        let header = "// Made by `cargo xtask bindings` from src-tauri; do not edit.\n";
        ipc()
            .export(Typescript::default().header(header), &fresh)
            .expect("the types export");
        let fresh_text = std::fs::read_to_string(&fresh).expect("just written");
        std::fs::remove_file(&fresh).expect("just written");
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            std::fs::write(&kept, fresh_text).expect("the bindings can be written");
            return;
        }
        let kept_text = std::fs::read_to_string(&kept).unwrap_or_default();
        assert!(
            kept_text == fresh_text,
            "{} is stale: cargo xtask bindings",
            kept.display()
        );
    }

    /// Reads the registered commands' names: the builder shows its list to exporters only.
    struct Names;

    impl tauri_specta::LanguageExt for Names {
        type Error = std::io::Error;

        fn export(
            self,
            cfg: &tauri_specta::BuilderConfiguration,
            path: &std::path::Path,
        ) -> Result<(), Self::Error> {
            let names: Vec<&str> = cfg
                .commands
                .iter()
                .map(specta::datatype::Function::name)
                .collect();
            std::fs::write(path, names.join("\n"))
        }
    }

    #[test]
    fn every_command_has_a_permission() {
        let file = std::env::temp_dir().join(format!("commands-{}.txt", std::process::id()));
        ipc().export(Names, &file).expect("names are text");
        let registered = std::fs::read_to_string(&file).expect("just written");
        std::fs::remove_file(&file).expect("just written");
        assert_eq!(
            registered,
            LISTED.trim_end(),
            "src-tauri/commands.txt is the list"
        );
        let config = include_str!("../../tauri.conf.json");
        for command in LISTED.lines() {
            let permission = format!("\"allow-{}\"", command.replace('_', "-"));
            assert!(
                config.contains(&permission),
                "tauri.conf.json grants {permission}"
            );
        }
    }
}
