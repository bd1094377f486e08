//! Counts instructions with valgrind's callgrind, which counts while [`ask_repeatedly`] runs: making
//! ten thousand origins, hashed with other keys in every process, is not counted. The counts do not
//! depend on what else the machine does.

use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, anyhow};
use corsac_bench_peers::peers::ALL;
use corsac_bench_peers::scenarios::Scenario;
use corsac_bench_peers::{ask_repeatedly, ballast, check};

use crate::Progress;

const CALLS: usize = 200;
/// Where a call may take millions of instructions.
const CALLS_LARGE: usize = 2;

/// What callgrind runs.
pub(crate) fn asked(
    scenarios: &[Scenario],
    scenario: usize,
    whom: usize,
    count: usize,
) -> anyhow::Result<()> {
    let scenario = scenarios.get(scenario).context("there is no such scenario")?;
    let whom = ALL.get(whom).context("there is no such implementation")?;
    let mut peer = whom.with(scenario);
    if whom.bare().is_some() {
        check(peer.as_mut(), scenario, whom.is_strict()).map_err(|wrong| anyhow!(wrong))?;
    }
    let _ballast = ballast();
    // Pools and caches are filled by the first calls.
    (0..4).for_each(|_| peer.ask());
    ask_repeatedly(peer.as_mut(), count);
    Ok(())
}

/// Instructions for one call, for each scenario and implementation. As many processes at a time as
/// there are processors.
pub(crate) fn count(
    chosen: &[(usize, &Scenario)],
    progress: &Progress,
) -> anyhow::Result<Vec<Vec<f64>>> {
    let jobs: Vec<(usize, usize, usize)> = (0..chosen.len())
        .flat_map(|at| (0..ALL.len()).map(move |whom| (at, whom)))
        .filter_map(|(at, whom)| {
            let (number, scenario) = chosen.get(at)?;
            Some((*number, whom, if scenario.large { CALLS_LARGE } else { CALLS }))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let counts = Mutex::new(vec![Ok(f64::NAN); jobs.len()]);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, job)) = take(&next, &jobs) {
                    let counted = one(job).map_err(|error| format!("{error:#}"));
                    if let Ok(mut counts) = counts.lock()
                        && let Some(cell) = counts.get_mut(at)
                    {
                        *cell = counted;
                    }
                    progress.one_more();
                }
            });
        }
    });
    let counts = counts.into_inner().map_err(|_| anyhow!("a thread that counted has failed"))?;
    let counts: Vec<f64> =
        counts.into_iter().collect::<Result<_, String>>().map_err(|error| anyhow!(error))?;
    Ok(counts.chunks(ALL.len()).map(<[f64]>::to_vec).collect())
}

fn take<'j, J>(next: &AtomicUsize, jobs: &'j [J]) -> Option<(usize, &'j J)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, jobs.get(at)?))
}

fn one(&(scenario, whom, count): &(usize, usize, usize)) -> anyhow::Result<f64> {
    let program = std::env::current_exe().context("this program is not found")?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(["--collect-atstart=no", "--toggle-collect=*ask_repeatedly*"])
        .arg(program)
        .arg("--ask")
        .args([scenario, whom, count].map(|number| number.to_string()))
        .output()
        .context("valgrind cannot be run; install it by that name")?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split("Collected : ").nth(1));
    let collected: f64 = collected
        .and_then(|number| number.trim().parse().ok())
        .filter(|number| *number > 0.0 && output.status.success())
        .with_context(|| format!("callgrind counted nothing: {text}"))?;
    #[expect(clippy::cast_precision_loss, reason = "hundreds of calls")]
    let each = collected / count as f64;
    Ok(each)
}
