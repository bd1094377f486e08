//! Counts the allocations of one call: `allocations`; a line for each scenario and implementation.
//! The benchmark runs it and makes a table of it.

use corsac_bench_peers::{ask_repeatedly, peers, scenarios};

/// The first calls fill pools; what a call takes later is what is counted.
const CALLS: u64 = 16;

fn main() {
    for (at, scenario) in scenarios::all().iter().enumerate() {
        for (whom, implementation) in peers::ALL.iter().enumerate() {
            let mut peer = implementation.with(scenario);
            ask_repeatedly(peer.as_mut(), 4);
            let counted = allocation_counter::measure(|| {
                for _ in 0..CALLS {
                    peer.ask();
                }
            });
            println!("{at} {whom} {}", counted.count_total / CALLS);
        }
    }
}
