//! Both bills of a month.

use super::job::MONTH;
use super::{Job, OnFargate, OnLambda};
use crate::billing::{
    Bill, FargateBill, FargatePrices, Hours, PriceBook, PriceBookError, bill_tasks, month,
};
use crate::units::{Money, Span};

/// What both sides cost, of one region at one date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceFiles {
    /// Lambda's.
    pub lambda: PriceBook,
    /// Fargate's.
    pub fargate: FargatePrices,
}

impl PriceFiles {
    /// Both, of a price file.
    ///
    /// # Errors
    ///
    /// What is wrong with the file.
    pub fn parse(text: &str) -> Result<Self, PriceBookError> {
        Ok(PriceFiles {
            lambda: PriceBook::parse(text)?,
            fargate: FargatePrices::parse(text)?,
        })
    }
}

/// A month of a job on either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthCosts {
    /// How long a request takes on Lambda.
    pub lambda_duration: Span,
    /// Lambda's bill.
    pub lambda: Bill,
    /// How long a request takes in a task that does nothing else.
    pub fargate_duration: Span,
    /// Tasks that run all month.
    pub tasks: u64,
    /// The tasks' bill.
    pub fargate: FargateBill,
    /// The load balancer's hours.
    pub load_balancer: Money,
}

impl MonthCosts {
    /// All of Lambda's.
    pub fn on_lambda(&self) -> Money {
        self.lambda.total()
    }

    /// All of Fargate's, with its load balancer.
    pub fn on_fargate(&self) -> Money {
        self.fargate.total() + self.load_balancer
    }
}

/// What a month of a job costs on either side.
pub fn month_costs(
    prices: &PriceFiles,
    job: &Job,
    lambda: &OnLambda,
    fargate: &OnFargate,
) -> MonthCosts {
    let tasks = fargate.tasks(job);
    MonthCosts {
        lambda_duration: lambda.duration(job),
        lambda: lambda.bill(prices, job),
        fargate_duration: fargate.duration(job),
        tasks,
        fargate: fargate.bill(prices, tasks),
        load_balancer: fargate.balancer(prices),
    }
}

impl OnLambda {
    fn bill(&self, prices: &PriceFiles, job: &Job) -> Bill {
        month(
            &prices.lambda,
            job.requests,
            &self.billed(job),
            self.free_tier,
        )
    }
}

impl OnFargate {
    fn bill(&self, prices: &PriceFiles, tasks: u64) -> FargateBill {
        bill_tasks(&prices.fargate, &self.task.usage(MONTH).times(tasks))
    }

    fn balancer(&self, prices: &PriceFiles) -> Money {
        match self.load_balancer {
            true => Hours::of(MONTH).at(prices.fargate.load_balancer.value),
            false => Money::ZERO,
        }
    }

    /// What a month of so many tasks costs.
    pub(super) fn cost(&self, prices: &PriceFiles, tasks: u64) -> Money {
        self.bill(prices, tasks).total() + self.balancer(prices)
    }
}
