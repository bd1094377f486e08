//! Policies that are swapped while requests are on their way.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arc_swap::ArcSwap;
use corsac::tower::CorsLayer;
use corsac::{OriginVerdict, Policy, PolicyBuilder};
use http::{Request, Response};
use tower::{Layer as _, service_fn};

use super::{APP, ask, lines, preflight, request};

/// In every field they differ.
fn one() -> PolicyBuilder {
    Policy::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .allow_headers(["x-one"])
        .expose_headers(["x-one"])
        .max_age(1)
        .preflight_status(201)
}

fn other() -> PolicyBuilder {
    Policy::builder()
        .allow_origins([APP, "https://other.example"])
        .allow_methods(["PUT", "DELETE"])
        .allow_headers(["x-other"])
        .expose_headers(["x-other"])
        .allow_credentials(true)
        .max_age(2)
        .preflight_status(202)
}

/// Yields now and then, so that policies are swapped in the middle.
async fn slow(request: Request<String>) -> Result<Response<String>, Infallible> {
    for _ in 0..request.uri().path().len() % 7 {
        tokio::task::yield_now().await;
    }
    Ok(Response::new(String::new()))
}

type Answer = (u16, Vec<String>);

fn answer(response: &Response<String>) -> Answer {
    (response.status().as_u16(), lines(response.headers()))
}

/// What one policy alone answers.
async fn alone(policy: Policy, requests: &[Request<String>]) -> Vec<Answer> {
    let service = CorsLayer::new(policy).layer(service_fn(slow));
    let mut answers = Vec::new();
    for request in requests {
        answers.push(answer(&ask(service.clone(), request.clone()).await));
    }
    answers
}

fn requests() -> Vec<Request<String>> {
    let mut requests = vec![
        request("GET", Some(APP)),
        request("PUT", Some(APP)),
        preflight(APP, "PUT"),
        preflight(APP, "DELETE"),
        preflight("https://other.example", "PUT"),
        request("GET", Some("https://other.example")),
    ];
    for (number, request) in requests.iter_mut().enumerate() {
        *request.uri_mut() = "/".repeat(number + 1).parse().unwrap();
    }
    requests
}

/// 10,000 requests at once, each answered by one of the policies from the first field to the last.
async fn hold<S>(current: &Arc<ArcSwap<Policy>>, policies: [Policy; 2], service: S)
where
    S: tower::Service<Request<String>, Response = Response<String>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let requests = requests();
    let [one, other] = &policies;
    let expected = [alone(one.clone(), &requests).await, alone(other.clone(), &requests).await];
    assert!(expected[0].iter().zip(&expected[1]).all(|(one, other)| one != other));

    let done = Arc::new(AtomicBool::new(false));
    let swaps = Arc::new(AtomicUsize::new(0));
    let swapper = {
        let (current, done, swaps) = (current.clone(), done.clone(), swaps.clone());
        std::thread::spawn(move || {
            while !done.load(Ordering::SeqCst) {
                for policy in &policies {
                    current.store(Arc::new(policy.clone()));
                    swaps.fetch_add(1, Ordering::SeqCst);
                    std::thread::yield_now();
                }
            }
        })
    };
    let mut seen = [0; 2];
    // A machine with one core may swap rarely: another round, until both have been seen.
    for _ in 0..100 {
        if !seen.contains(&0) {
            break;
        }
        let tasks: Vec<_> = (0..10_000)
            .map(|number| {
                let which = number % requests.len();
                let answered = ask(service.clone(), requests[which].clone());
                (which, tokio::spawn(answered))
            })
            .collect();
        for (which, task) in tasks {
            let answer = answer(&task.await.unwrap());
            let by = expected.iter().position(|answers| answers[which] == answer);
            seen[by.unwrap_or_else(|| panic!("a mixture: {answer:?}"))] += 1;
        }
    }
    assert!(!seen.contains(&0), "nothing was swapped: {seen:?}");
    done.store(true, Ordering::SeqCst);
    swapper.join().unwrap();
    assert!(swaps.load(Ordering::SeqCst) > 1);
    println!("answered by the one and the other: {seen:?}; swaps: {swaps:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_sees_a_mixture() {
    let current = Arc::new(ArcSwap::from_pointee(one().build().unwrap()));
    let service = CorsLayer::new(current.clone()).layer(service_fn(slow));
    hold(&current, [one().build().unwrap(), other().build().unwrap()], service).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nor_one_that_waits_for_its_origin() {
    let current = Arc::new(ArcSwap::from_pointee(one().build().unwrap()));
    let layer = CorsLayer::new(current.clone()).look_up_origins(|_, _| async {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        OriginVerdict::Allow
    });
    // Here it is the look-up that allows: let the lists be the same.
    let origins = [APP, "https://other.example"];
    let policies = [one(), other()].map(|builder| builder.allow_origins(origins).build().unwrap());
    hold(&current, policies, layer.layer(service_fn(slow))).await;
}

/// A document that is no policy any more leaves the last good one in force.
#[cfg(feature = "serde")]
#[tokio::test]
async fn a_file_that_stops_being_valid_changes_nothing_and_says_so() {
    use std::path::Path;

    use corsac::PolicyConfig;

    fn load(path: &Path) -> Result<Policy, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let config: PolicyConfig =
            serde_json::from_str(&text).map_err(|error| error.to_string())?;
        config.build().map_err(|error| error.to_string())
    }

    let path = std::env::temp_dir().join(format!("corsac-policy-{}.json", std::process::id()));
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    write(r#"{"allow_origins": ["https://app.example.com"]}"#);
    let current = Arc::new(ArcSwap::from_pointee(load(&path).unwrap()));
    let service = CorsLayer::new(current.clone()).layer(super::done());
    for (text, said) in [
        (r#"{"allow_origins": ["https://app.example.com/"]}"#, "https://app.example.com"),
        (r#"{"allow_origins": []}"#, "allow_origins"),
        (r#"{"allow_origin": ["*"]}"#, "unknown field"),
        (r#"{"allow_origins": ["https://app.exa"#, "EOF"),
    ] {
        write(text);
        let error = match load(&path) {
            Ok(policy) => panic!("it was taken for a policy: {policy:?}"),
            Err(error) => error,
        };
        assert!(error.contains(said), "{error}");
        let response = ask(service.clone(), request("GET", Some(APP))).await;
        assert_eq!(response.headers()["access-control-allow-origin"], APP);
    }
    write(r#"{"allow_origins": ["https://new.example"]}"#);
    current.store(Arc::new(load(&path).unwrap()));
    let response = ask(service.clone(), request("GET", Some(APP))).await;
    assert!(!response.headers().contains_key("access-control-allow-origin"));
    let response = ask(service, request("GET", Some("https://new.example"))).await;
    assert_eq!(response.headers()["access-control-allow-origin"], "https://new.example");
    std::fs::remove_file(&path).unwrap();
}
