//! What the collector counts of itself, in the format of Prometheus: calls of agents by answer, registers
//! derived.
//!
//! **Invariant**: a measure names no client, no machine and no person.

use std::sync::OnceLock;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Calls of agents, by `call` and `answer`.
pub(crate) const CALLS: &str = "cadastre_agent_calls_total";
/// Registers derived.
pub(crate) const DERIVED: &str = "cadastre_registers_derived_total";

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// `/metrics`, over what this process counted since it started.
pub(crate) fn router() -> Router {
    let handle = HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let _ = metrics::set_global_recorder(recorder);
        metrics::describe_counter!(CALLS, "Calls of agents, by call and answer.");
        metrics::describe_counter!(DERIVED, "Registers derived.");
        handle
    });
    Router::new().route("/metrics", get(|| async { handle.render() }))
}
