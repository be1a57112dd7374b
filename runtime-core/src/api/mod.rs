//! AWS Lambda's REST API for one session, as pure functions: a request becomes a [`Call`], a call
//! becomes [`Step`]s, and the last of them is the response (Lambda API reference; protocol `rest-json`
//! of the Smithy specification).
//!
//! ```text
//! http      requests and responses as plain values
//! route     method and path -> Operation
//! error     ApiError: status, name and body
//! fields    the fields of a body, by name and type
//! name      names of functions: short, partial and full ARNs, qualifiers
//! page      lists that come in pages
//! registry  what only the API knows: descriptions, roles, tags, digests, function URLs
//! world     what a call sees of the session, and the steps that it asks for
//! describe  FunctionConfiguration
//! arns      ARNs of queues, topics, buses and buckets
//! functions code deploy settings   functions, their code and their settings
//! function_policy policy   who else may invoke a function, and what all policies have in common
//! versions aliases provisioned   versions, aliases, provisioned concurrency
//! invoke stream   invocations; the event stream encoding
//! layers shelf layer_name layer_policy   layer versions, what is kept of them, what they are called, and
//!                    who else may have them
//! concurrency event_invoke mappings tags urls   the operations of these names
//! records            what mappings of streams, topics and brokers' queues have beyond those of queues
//! served    function URLs at work
//! ```
//!
//! Signatures (SigV4) are accepted and not checked: whoever can reach the page may do everything.
//! Changes go to the platform as the same inputs that the page's own controls send.

mod aliases;
mod arns;
mod code;
mod concurrency;
mod deploy;
mod describe;
mod error;
mod event_invoke;
mod fields;
mod function_policy;
mod functions;
mod http;
mod invoke;
mod layer_name;
mod layer_policy;
mod layers;
mod mappings;
mod name;
mod page;
mod policy;
mod provisioned;
mod records;
mod registry;
mod route;
mod served;
mod settings;
mod shelf;
mod stream;
mod tags;
mod urls;
mod versions;
mod world;

pub use error::ApiError;
pub use http::{Request, Response};
pub(crate) use registry::{DEFAULT_ROLE, Details, UrlConfig};
pub use registry::{Registry, UrlCors};
pub use route::Operation;
pub use shelf::Content;
#[cfg(feature = "templates")]
pub(crate) use tags::check as check_tags;
#[cfg(feature = "templates")]
pub(crate) use urls::check_cors;
pub use world::{
    Accepted, Ended, Inspected, Invoke, Refused, Step, Then, Upload, UploadKind, World,
};

use crate::units::FunctionId;
use fields::Fields;
use name::Reference;

/// Below which path of a site the API is found: what an SDK is given as its endpoint ends with this.
pub const API_PATH: &str = "/aws/lambda";
/// Below which path function URLs are found.
pub const URL_PATH: &str = "/lambda-url/";

/// A request whose operation is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is asked for.
    pub operation: Operation,
    /// The variable parts of the path, decoded, in order.
    parts: Vec<String>,
    request: Request,
}

impl Call {
    /// Tells what a request asks for.
    ///
    /// # Errors
    /// There is no such operation, or Coldstart does not have it.
    pub fn read(request: Request) -> Result<Call, ApiError> {
        let (operation, parts) = route::find(&request.method, &request.path)?;
        Ok(Call {
            operation,
            parts,
            request,
        })
    }

    /// The first step of carrying it out.
    pub fn begin(&self, world: &mut World<'_>) -> Step {
        let limit = match self.operation {
            Operation::CreateFunction
            | Operation::UpdateFunctionCode
            | Operation::PublishLayerVersion => code::MAX_UPLOAD,
            // Its own limit is that of events.
            Operation::Invoke | Operation::InvokeAsync | Operation::InvokeWithResponseStream => {
                usize::MAX
            }
            _ => MAX_BODY,
        };
        if self.request.body.len() > limit {
            let message = format!(
                "Request must be smaller than {limit} bytes for the {:?} operation",
                self.operation
            );
            let error = ApiError::new(413, "RequestEntityTooLargeException", message);
            return Step::Answer(error.response());
        }
        match self.carry_out(world) {
            Ok(step) => step,
            Err(error) => Step::Answer(error.response()),
        }
    }

    fn carry_out(&self, world: &mut World<'_>) -> Result<Step, ApiError> {
        use Operation as O;
        match self.operation {
            O::CreateFunction => functions::create(self, world),
            O::GetFunction => functions::get(self, world),
            O::GetFunctionConfiguration => functions::get_configuration(self, world),
            O::ListFunctions => functions::list(self, world),
            O::UpdateFunctionCode => functions::update_code(self, world),
            O::UpdateFunctionConfiguration => functions::update_configuration(self, world),
            O::DeleteFunction => functions::delete(self, world),
            O::Invoke => invoke::invoke(self, world),
            O::InvokeAsync => invoke::invoke_async(self, world),
            O::InvokeWithResponseStream => invoke::stream(self, world),
            O::PutFunctionConcurrency => concurrency::put(self, world),
            O::GetFunctionConcurrency => concurrency::get(self, world),
            O::DeleteFunctionConcurrency => concurrency::delete(self, world),
            O::GetAccountSettings => concurrency::account(self, world),
            O::ListTags => tags::list(self, world),
            O::TagResource => tags::tag(self, world),
            O::UntagResource => tags::untag(self, world),
            O::PutFunctionEventInvokeConfig => event_invoke::put(self, world),
            O::UpdateFunctionEventInvokeConfig => event_invoke::update(self, world),
            O::GetFunctionEventInvokeConfig => event_invoke::get(self, world),
            O::DeleteFunctionEventInvokeConfig => event_invoke::delete(self, world),
            O::ListFunctionEventInvokeConfigs => event_invoke::list(self, world),
            O::CreateEventSourceMapping => mappings::create(self, world),
            O::GetEventSourceMapping => mappings::get(self, world),
            O::UpdateEventSourceMapping => mappings::update(self, world),
            O::DeleteEventSourceMapping => mappings::delete(self, world),
            O::ListEventSourceMappings => mappings::list(self, world),
            O::CreateFunctionUrlConfig => urls::create(self, world),
            O::GetFunctionUrlConfig => urls::get(self, world),
            O::UpdateFunctionUrlConfig => urls::update(self, world),
            O::DeleteFunctionUrlConfig => urls::delete(self, world),
            O::ListFunctionUrlConfigs => urls::list(self, world),
            O::PublishLayerVersion => layers::publish(self, world),
            O::ListLayers => layers::list(self, world),
            O::ListLayerVersions => layers::versions(self, world),
            O::GetLayerVersion => layers::get(self, world),
            O::DeleteLayerVersion => layers::delete(self, world),
            O::AddPermission => function_policy::add(self, world),
            O::RemovePermission => function_policy::remove(self, world),
            O::GetPolicy => function_policy::get(self, world),
            O::AddLayerVersionPermission => layer_policy::add(self, world),
            O::RemoveLayerVersionPermission => layer_policy::remove(self, world),
            O::GetLayerVersionPolicy => layer_policy::get(self, world),
            O::PublishVersion => versions::publish(self, world),
            O::ListVersionsByFunction => versions::list(self, world),
            O::CreateAlias => aliases::create(self, world),
            O::GetAlias => aliases::get(self, world),
            O::UpdateAlias => aliases::update(self, world),
            O::DeleteAlias => aliases::delete(self, world),
            O::ListAliases => aliases::list(self, world),
            O::PutProvisionedConcurrencyConfig => provisioned::put(self, world),
            O::GetProvisionedConcurrencyConfig => provisioned::get(self, world),
            O::DeleteProvisionedConcurrencyConfig => provisioned::delete(self, world),
        }
    }

    /// A variable part of the path.
    fn part(&self, index: usize) -> &str {
        self.parts.get(index).map_or("", String::as_str)
    }

    /// The body's fields.
    fn fields(&self) -> Result<Fields, ApiError> {
        Fields::read(&self.request.body)
    }

    /// The function that the path names, with the qualifier of the query.
    fn function(&self) -> Result<Reference, ApiError> {
        Reference::read(self.part(0), self.request.parameter("Qualifier"))
    }

    /// The function that the path names, where no version of it can be meant.
    fn unqualified_function(&self, world: &World<'_>) -> Result<FunctionId, ApiError> {
        let reference = Reference::read(self.part(0), None)?;
        if reference.qualifier.is_some() {
            return Err(ApiError::invalid(
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
            ));
        }
        reference.function(world)
    }
}

/// The largest body of a request without code in it. AWS's limit is not published (model choice).
const MAX_BODY: usize = 6_291_456;

/// The first step of answering a request, whose path begins with [`API_PATH`] or [`URL_PATH`].
pub fn begin(request: Request, world: &mut World<'_>) -> Step {
    if let Some(path) = request.path.strip_prefix(URL_PATH) {
        let path = path.to_owned();
        return served::serve(&request, &path, world);
    }
    let path = request.path.strip_prefix(API_PATH).unwrap_or(&request.path);
    let request = Request {
        path: path.to_owned(),
        ..request
    };
    match Call::read(request) {
        Ok(call) => call.begin(world),
        Err(error) => Step::Answer(error.response()),
    }
}
