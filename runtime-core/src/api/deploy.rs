//! A function gets its code, once that was inspected.

use super::code;
use super::describe::{Shown, latest};
use super::error::ApiError;
use super::functions::check;
use super::http::Response;
use super::registry::Details;
use super::versions;
use super::world::{Step, World};
use crate::platform::Input;
use crate::sandbox::DeploymentPackage;
use crate::timeline::FunctionConfiguration;
use crate::units::{FunctionId, PackageId};

/// A function whose code is being inspected.
pub(super) struct Made {
    /// The function whose code is replaced; `None` for a new one.
    pub(super) function: Option<FunctionId>,
    pub(super) configuration: FunctionConfiguration,
    pub(super) details: Details,
    pub(super) digest: String,
    pub(super) publish: bool,
}

impl Made {
    /// Goes on with the inspected package.
    pub(super) fn deploy(
        self,
        world: &mut World<'_>,
        id: PackageId,
        package: &DeploymentPackage,
    ) -> Step {
        match self.try_deploy(world, id, package) {
            Ok(step) => step,
            Err(error) => Step::Answer(error.response()),
        }
    }

    fn try_deploy(
        self,
        world: &mut World<'_>,
        id: PackageId,
        package: &DeploymentPackage,
    ) -> Result<Step, ApiError> {
        let Made {
            function,
            mut configuration,
            details,
            digest,
            publish,
        } = self;
        // What was true before the inspection need not be true after it.
        if let Some(function) = function {
            world.settings(function)?;
        }
        code::put(world, &mut configuration, id, package, digest)?;
        check(world, function, &configuration)?;
        let (status, shown) = match function {
            None => (201, Shown::Created),
            Some(_) => (200, Shown::Updated),
        };
        let function = function.unwrap_or_else(|| world.platform.next_function());
        world.registry.change(function, |it| *it = details);
        let mut inputs = vec![Input::ConfigureFunction {
            function,
            configuration: Box::new(configuration),
        }];
        if publish {
            inputs.push(versions::publish_input(function));
        }
        Step::change(inputs, move |world| {
            let body = match publish {
                true => versions::newest(world, function, shown),
                false => latest(world, function, shown),
            };
            Response::json(status, &body)
        })
    }
}
