//! From method and path to an operation (Lambda API reference; the paths are those of the service's
//! model).

use super::error::ApiError;
use crate::events::trigger::percent_decoded;

/// What a request asks for, by its name in the Lambda API reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is an operation of AWS of just that name")]
pub enum Operation {
    CreateFunction,
    GetFunction,
    GetFunctionConfiguration,
    ListFunctions,
    UpdateFunctionCode,
    UpdateFunctionConfiguration,
    DeleteFunction,
    Invoke,
    InvokeAsync,
    InvokeWithResponseStream,
    PutFunctionConcurrency,
    GetFunctionConcurrency,
    DeleteFunctionConcurrency,
    GetAccountSettings,
    ListTags,
    TagResource,
    UntagResource,
    PutFunctionEventInvokeConfig,
    UpdateFunctionEventInvokeConfig,
    GetFunctionEventInvokeConfig,
    DeleteFunctionEventInvokeConfig,
    ListFunctionEventInvokeConfigs,
    CreateEventSourceMapping,
    GetEventSourceMapping,
    UpdateEventSourceMapping,
    DeleteEventSourceMapping,
    ListEventSourceMappings,
    CreateFunctionUrlConfig,
    GetFunctionUrlConfig,
    UpdateFunctionUrlConfig,
    DeleteFunctionUrlConfig,
    ListFunctionUrlConfigs,
    PublishLayerVersion,
    ListLayers,
    ListLayerVersions,
    GetLayerVersion,
    DeleteLayerVersion,
    AddPermission,
    RemovePermission,
    GetPolicy,
    AddLayerVersionPermission,
    RemoveLayerVersionPermission,
    GetLayerVersionPolicy,
    PublishVersion,
    ListVersionsByFunction,
    CreateAlias,
    GetAlias,
    UpdateAlias,
    DeleteAlias,
    ListAliases,
    PutProvisionedConcurrencyConfig,
    GetProvisionedConcurrencyConfig,
    DeleteProvisionedConcurrencyConfig,
}

/// Method, path and operation; `*` stands for a part of the path.
pub(super) const ROUTES: &[(&str, &str, Operation)] = &{
    use Operation as O;
    [
        ("POST", "/2015-03-31/functions", O::CreateFunction),
        ("GET", "/2015-03-31/functions", O::ListFunctions),
        ("GET", "/2015-03-31/functions/*", O::GetFunction),
        ("DELETE", "/2015-03-31/functions/*", O::DeleteFunction),
        (
            "GET",
            "/2015-03-31/functions/*/configuration",
            O::GetFunctionConfiguration,
        ),
        (
            "PUT",
            "/2015-03-31/functions/*/configuration",
            O::UpdateFunctionConfiguration,
        ),
        ("PUT", "/2015-03-31/functions/*/code", O::UpdateFunctionCode),
        ("POST", "/2015-03-31/functions/*/invocations", O::Invoke),
        (
            "POST",
            "/2014-11-13/functions/*/invoke-async",
            O::InvokeAsync,
        ),
        (
            "POST",
            "/2021-11-15/functions/*/response-streaming-invocations",
            O::InvokeWithResponseStream,
        ),
        (
            "PUT",
            "/2017-10-31/functions/*/concurrency",
            O::PutFunctionConcurrency,
        ),
        (
            "GET",
            "/2019-09-30/functions/*/concurrency",
            O::GetFunctionConcurrency,
        ),
        (
            "DELETE",
            "/2017-10-31/functions/*/concurrency",
            O::DeleteFunctionConcurrency,
        ),
        ("GET", "/2016-08-19/account-settings", O::GetAccountSettings),
        ("GET", "/2017-03-31/tags/*", O::ListTags),
        ("POST", "/2017-03-31/tags/*", O::TagResource),
        ("DELETE", "/2017-03-31/tags/*", O::UntagResource),
        (
            "PUT",
            "/2019-09-25/functions/*/event-invoke-config",
            O::PutFunctionEventInvokeConfig,
        ),
        (
            "POST",
            "/2019-09-25/functions/*/event-invoke-config",
            O::UpdateFunctionEventInvokeConfig,
        ),
        (
            "GET",
            "/2019-09-25/functions/*/event-invoke-config",
            O::GetFunctionEventInvokeConfig,
        ),
        (
            "DELETE",
            "/2019-09-25/functions/*/event-invoke-config",
            O::DeleteFunctionEventInvokeConfig,
        ),
        (
            "GET",
            "/2019-09-25/functions/*/event-invoke-config/list",
            O::ListFunctionEventInvokeConfigs,
        ),
        (
            "POST",
            "/2015-03-31/event-source-mappings",
            O::CreateEventSourceMapping,
        ),
        (
            "GET",
            "/2015-03-31/event-source-mappings",
            O::ListEventSourceMappings,
        ),
        (
            "GET",
            "/2015-03-31/event-source-mappings/*",
            O::GetEventSourceMapping,
        ),
        (
            "PUT",
            "/2015-03-31/event-source-mappings/*",
            O::UpdateEventSourceMapping,
        ),
        (
            "DELETE",
            "/2015-03-31/event-source-mappings/*",
            O::DeleteEventSourceMapping,
        ),
        (
            "POST",
            "/2021-10-31/functions/*/url",
            O::CreateFunctionUrlConfig,
        ),
        (
            "GET",
            "/2021-10-31/functions/*/url",
            O::GetFunctionUrlConfig,
        ),
        (
            "PUT",
            "/2021-10-31/functions/*/url",
            O::UpdateFunctionUrlConfig,
        ),
        (
            "DELETE",
            "/2021-10-31/functions/*/url",
            O::DeleteFunctionUrlConfig,
        ),
        (
            "GET",
            "/2021-10-31/functions/*/urls",
            O::ListFunctionUrlConfigs,
        ),
        (
            "POST",
            "/2018-10-31/layers/*/versions",
            O::PublishLayerVersion,
        ),
        // With `find=LayerVersion` it is GetLayerVersionByArn.
        ("GET", "/2018-10-31/layers", O::ListLayers),
        ("GET", "/2018-10-31/layers/*/versions", O::ListLayerVersions),
        ("GET", "/2018-10-31/layers/*/versions/*", O::GetLayerVersion),
        (
            "DELETE",
            "/2018-10-31/layers/*/versions/*",
            O::DeleteLayerVersion,
        ),
        ("POST", "/2015-03-31/functions/*/policy", O::AddPermission),
        (
            "DELETE",
            "/2015-03-31/functions/*/policy/*",
            O::RemovePermission,
        ),
        ("GET", "/2015-03-31/functions/*/policy", O::GetPolicy),
        (
            "POST",
            "/2018-10-31/layers/*/versions/*/policy",
            O::AddLayerVersionPermission,
        ),
        (
            "DELETE",
            "/2018-10-31/layers/*/versions/*/policy/*",
            O::RemoveLayerVersionPermission,
        ),
        (
            "GET",
            "/2018-10-31/layers/*/versions/*/policy",
            O::GetLayerVersionPolicy,
        ),
        (
            "POST",
            "/2015-03-31/functions/*/versions",
            O::PublishVersion,
        ),
        (
            "GET",
            "/2015-03-31/functions/*/versions",
            O::ListVersionsByFunction,
        ),
        ("POST", "/2015-03-31/functions/*/aliases", O::CreateAlias),
        ("GET", "/2015-03-31/functions/*/aliases", O::ListAliases),
        ("GET", "/2015-03-31/functions/*/aliases/*", O::GetAlias),
        ("PUT", "/2015-03-31/functions/*/aliases/*", O::UpdateAlias),
        (
            "DELETE",
            "/2015-03-31/functions/*/aliases/*",
            O::DeleteAlias,
        ),
        (
            "PUT",
            "/2019-09-30/functions/*/provisioned-concurrency",
            O::PutProvisionedConcurrencyConfig,
        ),
        // With `List=ALL` it is ListProvisionedConcurrencyConfigs.
        (
            "GET",
            "/2019-09-30/functions/*/provisioned-concurrency",
            O::GetProvisionedConcurrencyConfig,
        ),
        (
            "DELETE",
            "/2019-09-30/functions/*/provisioned-concurrency",
            O::DeleteProvisionedConcurrencyConfig,
        ),
    ]
};

/// The operation of a request, and the parts of its path that stand for something.
pub(super) fn find(method: &str, path: &str) -> Result<(Operation, Vec<String>), ApiError> {
    // Some clients end their paths with a slash.
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut other_method = false;
    for (wanted, pattern, operation) in ROUTES {
        if let Some(parts) = parts(pattern, path) {
            if method == *wanted {
                return Ok((*operation, parts));
            }
            other_method = true;
        }
    }
    // What AWS answers where it can tell no operation.
    let (status, name) = match other_method {
        true => (405, "MethodNotAllowedException"),
        false => (403, "AccessDeniedException"),
    };
    Err(ApiError::new(
        status,
        name,
        format!(
            "Unable to determine service/operation name to be authorized. Coldstart has no operation for {method} {path}"
        ),
    ))
}

/// What of a path stands where the pattern has stars.
fn parts(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut pieces = path.split('/');
    for wanted in pattern.split('/') {
        match pieces.next() {
            Some(piece) if wanted == "*" && !piece.is_empty() => found.push(percent_decoded(piece)),
            Some(piece) if wanted != "*" && wanted == piece => {}
            _ => return None,
        }
    }
    pieces.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_leads_to_its_operation_only() {
        for (method, pattern, operation) in ROUTES {
            let path = pattern.replace('*', "arn%3Aaws%3Alambda%3Ax");
            let (found, parts) = find(method, &path).unwrap();
            assert_eq!(found, *operation, "{method} {path}");
            assert_eq!(parts.len(), pattern.matches('*').count());
            assert!(parts.iter().all(|part| part == "arn:aws:lambda:x"));
            assert_eq!(find(method, &format!("{path}/")).unwrap().0, *operation);
            assert_eq!(find("PATCH", &path).unwrap_err().status, 405);
        }
    }

    #[test]
    fn other_paths_lead_nowhere() {
        for path in [
            "",
            "/",
            "/2015-03-31",
            "/2015-03-31/functions/a/b",
            "/2015-03-31//functions",
            "/2015-03-31/functions//code",
        ] {
            assert_eq!(find("GET", path).unwrap_err().status, 403, "{path}");
        }
    }
}
