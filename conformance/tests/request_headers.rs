//! Every short list of names, written in every way that lists are, against the reference server:
//! what repeats, spaces, empty elements and capitals cost of the budgets, and what comes first of
//! several faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed expectation is a failed test"
)]

use corsac::{PolicyConfig, Request};
use corsac_conformance::model::{ModelRequest, answer};

const ELEMENTS: [&str; 15] = [
    "x-a",
    "X-A",
    "x-a   ",
    " \tx-a",
    "x-b",
    "x-a-long-name",
    "X-A-LONG-NAMe",
    "x-a-long-nama",
    "",
    "  ",
    "x-c",
    "x a",
    "x-a;",
    "x-a\u{7f}",
    "*",
];

fn policies() -> Vec<PolicyConfig> {
    let few = ["x-a", "x-b", "x-a-long-name"].map(str::to_owned).to_vec();
    let many = (0..20).map(|number| format!("x-h{number}")).chain(few.clone()).collect();
    let any = vec!["*".to_owned()];
    [(few, false), (many, false), (any.clone(), false), (any, true)]
        .into_iter()
        .map(|(allow_headers, allow_credentials)| {
            let mut config = PolicyConfig::new();
            config.allow_origins = vec!["https://app.example.com".to_owned()];
            config.allow_headers = allow_headers;
            config.allow_credentials = allow_credentials;
            config
        })
        .collect()
}

fn lists() -> impl Iterator<Item = Vec<&'static str>> {
    let one = ELEMENTS.iter().map(|one| vec![*one]);
    let two = ELEMENTS.iter().flat_map(|one| ELEMENTS.iter().map(move |two| vec![*one, *two]));
    let three = ELEMENTS.iter().flat_map(|one| {
        ELEMENTS
            .iter()
            .flat_map(move |two| ELEMENTS.iter().map(move |three| vec![*one, *two, *three]))
    });
    one.chain(two).chain(three)
}

#[test]
fn every_short_list_is_judged_as_by_the_reference_server() {
    let (mut allowed, mut asked) = (0, 0);
    for config in policies() {
        let policy = config.build().unwrap();
        for list in lists() {
            // Twenty of a thing exceed each budget that it draws on, or nearly so.
            for times in [1, 7, 20] {
                let line = vec![list.join(","); times].join(",");
                // In one line and in two.
                let (first, second) = line.split_at(line.find(',').map_or(0, |at| at + 1));
                let lines = [vec![line.as_bytes()], vec![first.as_bytes(), second.as_bytes()]];
                for lines in lines {
                    let mut headers = vec![
                        ("origin".to_owned(), b"https://app.example.com".to_vec()),
                        ("access-control-request-method".to_owned(), b"GET".to_vec()),
                    ];
                    let name = "access-control-request-headers";
                    headers.extend(lines.iter().map(|line| (name.to_owned(), line.to_vec())));
                    let model = ModelRequest { method: b"OPTIONS".to_vec(), headers };
                    let fields = model.headers.iter().map(|(name, value)| (name, value.as_slice()));
                    let request = Request::from_fields(&model.method, fields);
                    let decision = policy.evaluate(&request);
                    let found = decision.verdict().rejection().map(|rejection| {
                        let offending = decision.offending().map(|value| value.as_bytes().to_vec());
                        (rejection.code(), offending)
                    });
                    let expected = answer(&config, &model);
                    assert_eq!(found, expected.rejection, "{:?} {lines:?}", config.allow_headers);
                    allowed += usize::from(found.is_none());
                    asked += 1;
                }
            }
        }
    }
    assert!(allowed > 10_000 && asked > 2 * allowed, "{allowed} of {asked}");
}
