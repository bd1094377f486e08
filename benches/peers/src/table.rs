//! Tables of what was measured: net, gross, and how many times as much as corsac and the floor.

use corsac_bench_peers::peers::{ALL, Implementation};

use crate::place;

/// One number for each scenario and implementation.
pub(crate) struct Measured {
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) gross: Vec<Vec<f64>>,
    /// Whether a ratio says anything; it does not where most are zero.
    pub(crate) ratios: bool,
}

impl Measured {
    pub(crate) fn print(&self, scenarios: &[&str], markdown: bool) {
        let with_cors: Vec<Implementation> =
            ALL.into_iter().filter(|whom| whom.bare().is_some()).collect();
        let Self { what, unit, .. } = self;
        let net = |row: &[f64], whom: Implementation| match whom.bare() {
            Some(bare) => value(row, whom) - value(row, bare),
            None => value(row, whom),
        };
        let print =
            |title: &str, columns: &[Implementation], cell: &dyn Fn(&[f64], _) -> String| {
                let mut rows = vec![header(columns)];
                for (name, row) in scenarios.iter().zip(&self.gross) {
                    let cells = columns.iter().map(|whom| cell(row, *whom));
                    rows.push(std::iter::once((*name).to_owned()).chain(cells).collect());
                }
                render(title, &rows, markdown);
            };
        print(&format!("{what} ({unit}), net: what CORS adds"), &with_cors, &|row, whom| {
            number(net(row, whom))
        });
        print(&format!("{what} ({unit}), gross: the whole call"), &ALL, &|row, whom| {
            number(value(row, whom))
        });
        if self.ratios {
            let title = format!("{what}, net: times corsac's (times the floor's)");
            print(&title, &with_cors, &|row, whom| {
                let of = |other| ratio(net(row, whom), net(row, other));
                format!("{} ({})", of(Implementation::Corsac), of(Implementation::Floor))
            });
        }
    }
}

fn value(row: &[f64], whom: Implementation) -> f64 {
    row.get(place(whom)).copied().unwrap_or(f64::NAN)
}

fn header(columns: &[Implementation]) -> Vec<String> {
    std::iter::once("").chain(columns.iter().map(|whom| whom.name())).map(str::to_owned).collect()
}

/// With thousands set apart.
fn number(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 && text != "0" { format!("-{text}") } else { text }
}

fn ratio(of: f64, to: f64) -> String {
    // Less than that is not told from nothing.
    if to < 10.0 {
        return "–".to_owned();
    }
    let ratio = of / to;
    if ratio < 10.0 { format!("{ratio:.2}") } else { number(ratio) }
}

fn render(title: &str, rows: &[Vec<String>], markdown: bool) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(3)
    };
    println!("{}\n", if markdown { format!("**{title}**") } else { title.to_owned() });
    let (start, between, end) = if markdown { ("| ", " | ", " |") } else { ("", "  ", "") };
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(column, cell)| match (column, width(column)) {
                (0, width) => format!("{cell:<width$}"),
                (_, width) => format!("{cell:>width$}"),
            })
            .collect();
        println!("{start}{}{end}", cells.join(between));
        if at == 0 && markdown {
            let rules = (0..row.len()).map(|column| match (column, width(column)) {
                (0, width) => "-".repeat(width),
                (_, width) => format!("{:->width$}", ":"),
            });
            println!("| {} |", rules.collect::<Vec<_>>().join(" | "));
        }
    }
    println!();
}
