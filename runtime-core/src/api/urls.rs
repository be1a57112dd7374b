//! Function URLs (Lambda API reference, CreateFunctionUrlConfig).

use super::Call;
use super::error::ApiError;
use super::fields::Fields;
use super::functions::listing;
use super::http::Response;
use super::page::page;
use super::registry::{Registry, UrlConfig, UrlCors};
use super::world::{Step, World};
use crate::events::trigger::Context;
use crate::platform::Platform;
use crate::timeline::{SessionMeta, function_arn};
use crate::units::{FunctionId, Moment};
use serde_json::{Value, json};

/// The most of a page.
const PAGE: usize = 50;
/// The longest that browsers may remember what they may ask, in seconds.
const MAX_AGE: i64 = 86_400;
const METHODS: [&str; 8] = [
    "*", "GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS",
];
/// The most methods that can be named.
const MAX_METHODS: usize = 6;

pub(super) fn create(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = function(call, world)?;
    let fields = call.fields()?;
    let url = UrlConfig {
        created: world.now,
        modified: world.now,
        seed: seed(world.session, function),
        signed: fields.required("AuthType", auth_type(&fields)?)?,
        streamed: invoke_mode(&fields)?.unwrap_or(false),
        cors: cors(&fields)?,
    };
    if world.registry.details(function).url.is_some() {
        let name = world.settings(function)?.name;
        return Err(ApiError::conflict(format!(
            "Failed to create function url config for [functionArn = {}]. Error message:  FunctionUrlConfig exists for this Lambda function",
            function_arn(&name)
        )));
    }
    put(world, function, url, 201)
}

pub(super) fn update(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = function(call, world)?;
    let fields = call.fields()?;
    let mut url = existing(world, function)?;
    url.signed = auth_type(&fields)?.unwrap_or(url.signed);
    url.streamed = invoke_mode(&fields)?.unwrap_or(url.streamed);
    if fields.has("Cors") {
        url.cors = cors(&fields)?;
    }
    url.modified = world.now;
    put(world, function, url, 200)
}

pub(super) fn get(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = function(call, world)?;
    let url = existing(world, function)?;
    Ok(Step::Answer(Response::json(
        200,
        &describe(world, function, &url),
    )))
}

pub(super) fn list(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = call.unqualified_function(world)?;
    let url = world.registry.details(function).url;
    let items: Vec<Value> = url
        .iter()
        .map(|url| describe(world, function, url))
        .collect();
    let (items, next) = page(&call.request, PAGE, items, |_| 0u32)?;
    Ok(Step::Answer(listing("FunctionUrlConfigs", items, next)))
}

pub(super) fn delete(call: &Call, world: &mut World<'_>) -> Result<Step, ApiError> {
    let function = function(call, world)?;
    existing(world, function)?;
    world.registry.change(function, |it| it.url = None);
    Ok(Step::Answer(Response::empty(204)))
}

impl Registry {
    /// Gives a function a URL, as a template does. It answers without signatures unless `signed`.
    pub fn give_url(
        &mut self,
        function: FunctionId,
        (signed, streamed): (bool, bool),
        cors: Option<UrlCors>,
        session: SessionMeta,
        now: Moment,
    ) {
        let url = UrlConfig {
            created: now,
            modified: now,
            seed: seed(session, function),
            signed,
            streamed,
            cors,
        };
        self.change(function, |it| it.url = Some(url));
    }

    /// Functions that have a URL: their names and where they are served, below the address `urls`,
    /// which ends with a slash.
    pub fn function_urls(&self, platform: &Platform, urls: &str) -> Vec<(String, String)> {
        self.urls()
            .filter_map(|(function, url)| {
                let name = platform.configuration(function)?.name.clone();
                Some((name, format!("{urls}{}/", url.id())))
            })
            .collect()
    }
}

impl UrlConfig {
    /// The id of the URL.
    pub(super) fn id(&self) -> String {
        self.context(0).url_id()
    }

    /// What its events say of their surroundings, at a time in ms since 1970.
    pub(super) fn context(&self, unix_millis: u64) -> Context {
        Context {
            unix_millis,
            seed: self.seed,
            ..Context::default()
        }
    }
}

/// From which a URL's id follows.
fn seed(session: SessionMeta, function: FunctionId) -> u64 {
    session.seed.0 ^ (u64::from(function.0) << 32)
}

fn function(call: &Call, world: &World<'_>) -> Result<FunctionId, ApiError> {
    let reference = call.function()?;
    match reference.qualifier.as_deref() {
        None => reference.function(world),
        Some("$LATEST") => Err(ApiError::constraint(
            "$LATEST",
            "qualifier",
            r"satisfy regular expression pattern: ((?!^\d+$)^[0-9a-zA-Z-_]+$)",
        )),
        Some(_) => Err(ApiError::absent("A function URL of an alias")),
    }
}

fn existing(world: &World<'_>, function: FunctionId) -> Result<UrlConfig, ApiError> {
    let url = world.registry.details(function).url;
    url.ok_or_else(|| ApiError::not_found("The resource you requested does not exist."))
}

fn put(
    world: &mut World<'_>,
    function: FunctionId,
    url: UrlConfig,
    status: u16,
) -> Result<Step, ApiError> {
    let body = describe(world, function, &url);
    world.registry.change(function, |it| it.url = Some(url));
    Ok(Step::Answer(Response::json(status, &body)))
}

fn auth_type(fields: &Fields) -> Result<Option<bool>, ApiError> {
    let choice = fields.choice("AuthType", &["NONE", "AWS_IAM"])?;
    Ok(choice.map(|it| it == "AWS_IAM"))
}

fn invoke_mode(fields: &Fields) -> Result<Option<bool>, ApiError> {
    let choice = fields.choice("InvokeMode", &["BUFFERED", "RESPONSE_STREAM"])?;
    Ok(choice.map(|it| it == "RESPONSE_STREAM"))
}

fn cors(fields: &Fields) -> Result<Option<UrlCors>, ApiError> {
    let Some(fields) = fields.object("Cors")? else {
        return Ok(None);
    };
    let cors = UrlCors {
        credentials: fields.flag("AllowCredentials")?,
        headers: fields.texts("AllowHeaders")?,
        methods: fields.texts("AllowMethods")?,
        origins: fields.texts("AllowOrigins")?,
        exposed: fields.texts("ExposeHeaders")?,
        max_age: fields.number("MaxAge", 0..=MAX_AGE)?,
    };
    check_cors(&cors)?;
    Ok(Some(cors))
}

/// Whether a URL can have these settings.
pub(crate) fn check_cors(cors: &UrlCors) -> Result<(), ApiError> {
    if let Some(methods) = &cors.methods {
        if methods.len() > MAX_METHODS {
            let must = format!("have length less than or equal to {MAX_METHODS}");
            let shown = format!("[{}]", methods.join(", "));
            return Err(ApiError::constraint(shown, "cors.allowMethods", must));
        }
        if let Some(other) = methods.iter().find(|it| !METHODS.contains(&it.as_str())) {
            return Err(ApiError::choice(other, "cors.allowMethods", &METHODS));
        }
    }
    match cors.max_age {
        Some(age) if i64::from(age) > MAX_AGE => {
            let must = format!("have value less than or equal to {MAX_AGE}");
            Err(ApiError::constraint(age, "cors.maxAge", must))
        }
        _ => Ok(()),
    }
}

fn describe(world: &World<'_>, function: FunctionId, url: &UrlConfig) -> Value {
    let name = world
        .platform
        .configuration(function)
        .map_or("", |it| it.name.as_str());
    let mut value = json!({
        "FunctionUrl": format!("{}{}/", world.urls, url.id()),
        "FunctionArn": function_arn(name),
        "AuthType": if url.signed { "AWS_IAM" } else { "NONE" },
        "CreationTime": world.timestamp(url.created),
        "LastModifiedTime": world.timestamp(url.modified),
        "InvokeMode": if url.streamed { "RESPONSE_STREAM" } else { "BUFFERED" },
    });
    if let Some(cors) = &url.cors {
        let mut shown = serde_json::Map::new();
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                shown.insert(name.to_owned(), value);
            }
        };
        add("AllowCredentials", cors.credentials.map(Value::from));
        add("AllowHeaders", cors.headers.clone().map(Value::from));
        add("AllowMethods", cors.methods.clone().map(Value::from));
        add("AllowOrigins", cors.origins.clone().map(Value::from));
        add("ExposeHeaders", cors.exposed.clone().map(Value::from));
        add("MaxAge", cors.max_age.map(Value::from));
        value["Cors"] = Value::Object(shown);
    }
    value
}
