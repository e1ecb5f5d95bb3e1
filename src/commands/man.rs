//! `man`: the manual page.

use clap::CommandFactory;

use crate::cli::Cli;
use crate::report::Report;

pub(super) fn execute() -> anyhow::Result<Report> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    Ok(Report::Text {
        text: String::from_utf8_lossy(&page).into_owned(),
    })
}
