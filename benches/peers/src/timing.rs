//! Times: rounds in which everybody is asked in turn, so that all have the same share of whatever
//! else the machine does. The fastest round of each counts.

use std::time::{Duration, Instant};

use corsac_bench_peers::{Peer, ask_repeatedly, ballast};

/// For how long one implementation is asked in one round: long beside reading the clock, short
/// beside a time slice.
const BATCH: Duration = Duration::from_micros(100);
/// What a slow one is given in all.
const BUDGET: Duration = Duration::from_secs(1);

/// Nanoseconds for one call, for each.
pub(crate) fn fastest(peers: &mut [Box<dyn Peer>], rounds: usize) -> Vec<f64> {
    let _ballast = ballast();
    let counts: Vec<usize> = peers.iter_mut().map(|peer| per_batch(peer.as_mut())).collect();
    let mut fastest = vec![f64::INFINITY; peers.len()];
    let mut spent = vec![Duration::ZERO; peers.len()];
    for _ in 0..rounds.max(1) {
        let places = fastest.iter_mut().zip(&mut spent).zip(&counts);
        for (peer, ((fastest, spent), count)) in peers.iter_mut().zip(places) {
            if *spent > BUDGET {
                continue;
            }
            let taken = time(peer.as_mut(), *count);
            *spent = spent.saturating_add(taken);
            #[expect(clippy::cast_precision_loss, reason = "a batch is a few thousand calls")]
            let each = taken.as_secs_f64() * 1e9 / *count as f64;
            *fastest = fastest.min(each);
        }
    }
    fastest
}

/// How many calls fill a batch. What it takes to find out warms up.
fn per_batch(peer: &mut dyn Peer) -> usize {
    let mut count = 1_usize;
    while time(peer, count) < BATCH {
        count = count.saturating_mul(2);
    }
    count
}

fn time(peer: &mut dyn Peer, count: usize) -> Duration {
    let start = Instant::now();
    ask_repeatedly(peer, count);
    start.elapsed()
}
