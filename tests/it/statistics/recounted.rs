//! A count of our own, application by application, from what lists and stages tell a cooperative. It never
//! uses anything that the service uses to count.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use tizilim::{
    calendar::Calendar,
    kernel::local,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, RefusalGroundCode, StatisticsDay as Day,
        StatisticsDimension as Dimension,
    },
};

use crate::harness::{Town, instant};

/// One application, as a report sees it.
pub(super) struct Life {
    provider: String,
    received_on: NaiveDate,
    registered_on: Option<NaiveDate>,
    ended_on: Option<NaiveDate>,
    procedure: pb::Procedure,
    form: pb::ApplicationForm,
    result: &'static str,
    timeliness: &'static str,
    grounds: Vec<RefusalGroundCode>,
    filed_late: bool,
    working_days: Option<i32>,
}

/// Totals, and groups by their codes.
type Counted = (
    pb::StatisticsFigures,
    BTreeMap<Vec<String>, pb::StatisticsFigures>,
);

/// All applications of a town.
pub(super) async fn recounted(town: &Town) -> Vec<Life> {
    let calendar = Calendar::shipped().unwrap();
    let portal = town.portal();
    let mut lives = Vec::new();
    let mut token = String::new();
    loop {
        let page = portal.page(20, token).await.unwrap();
        for listed in &page.applications {
            let id = &listed.application_id;
            let application = portal.application(id).await.unwrap();
            let stages = portal.stages(id).await.unwrap();
            lives.push(life(&application, &stages, &calendar));
        }
        token = page.next_page_token;
        if token.is_empty() {
            return lives;
        }
    }
}

fn life(
    application: &pb::Application,
    stages: &[pb::ApplicationStageRecord],
    calendar: &Calendar,
) -> Life {
    let at = |stage: Stage| {
        let mut stages = stages.iter();
        let reached = stages.find(|one| one.stage() == stage);
        reached.map(|one| instant(one.occurred_at))
    };
    let day = |at| local(at).date();
    let decided_at = at(Stage::Granted).or(at(Stage::Refused));
    let ended_at = decided_at.or(at(Stage::Withdrawn));
    let registered_on = at(Stage::Registered).map(day);
    let result = match (at(Stage::Granted), at(Stage::Refused), ended_at) {
        (Some(_), _, _) => "GRANTED",
        (_, Some(_), _) => "REFUSED",
        (_, _, Some(_)) => "WITHDRAWN",
        (_, _, None) => "OPEN",
    };
    let timeliness = match (decided_at, ended_at) {
        (Some(at), _) if at > instant(application.due_at) => "LATE",
        (Some(_), _) => "IN_TIME",
        (None, Some(_)) => "WITHDRAWN",
        (None, None) if application.overdue => "OVERDUE",
        (None, None) => "OPEN",
    };
    let worked_until = |decided_at| {
        let mut on = registered_on.unwrap();
        let mut worked = 0;
        while on < day(decided_at) {
            on = on + Days::new(1);
            worked += i32::from(calendar.day(on).unwrap().is_working());
        }
        worked
    };
    let grounds = application.refusal.iter().flat_map(|it| &it.grounds);
    Life {
        provider: application.provider_id.clone(),
        received_on: day(instant(application.received_at)),
        registered_on,
        ended_on: ended_at.map(day),
        procedure: application.procedure(),
        form: application.form(),
        result,
        timeliness,
        grounds: grounds.map(pb::RefusalGround::code).collect(),
        filed_late: application.filed_late,
        working_days: decided_at.map(worked_until),
    }
}

impl Life {
    fn day(&self, by: Day) -> Option<NaiveDate> {
        match by {
            Day::Received => Some(self.received_on),
            Day::Registered => self.registered_on,
            Day::Ended => self.ended_on,
            Day::Unspecified => None,
        }
    }

    fn is_asked_for(&self, question: &pb::GetStatisticsRequest) -> bool {
        let period = question.from_on.parse().unwrap()..=question.to_on.parse().unwrap();
        let day = self.day(question.counted_by());
        day.is_some_and(|day| period.contains(&day))
            && (question.procedures.is_empty()
                || question.procedures.contains(&self.procedure.into()))
            && (question.forms.is_empty() || question.forms.contains(&self.form.into()))
    }

    /// The groups it is in: as many as it has grounds, if those are told apart.
    fn keys(&self, question: &pb::GetStatisticsRequest) -> BTreeSet<Vec<String>> {
        let day = self.day(question.counted_by()).unwrap().to_string();
        let key = |ground: &str| {
            let codes = question.group_by().map(|dimension| match dimension {
                Dimension::Provider => self.provider.clone(),
                Dimension::Month => day.split_at(7).0.to_owned(),
                Dimension::Day => day.clone(),
                Dimension::Procedure => self.procedure.as_str_name().replacen("PROCEDURE_", "", 1),
                Dimension::Form => self.form.as_str_name().replacen("APPLICATION_FORM_", "", 1),
                Dimension::Result => self.result.to_owned(),
                Dimension::Ground => ground.to_owned(),
                Dimension::Timeliness => self.timeliness.to_owned(),
                Dimension::Unspecified => unreachable!("it is not asked for"),
            });
            codes.collect()
        };
        match self.grounds.as_slice() {
            [] => BTreeSet::from([key("")]),
            grounds => {
                let codes = grounds
                    .iter()
                    .map(|ground| format!("G{}", i32::from(*ground)));
                codes.map(|code| key(&code)).collect()
            }
        }
    }
}

/// What the answer to a question must be.
pub(super) fn life_of(lives: &[Life], question: &pb::GetStatisticsRequest) -> Counted {
    let asked: Vec<&Life> = lives
        .iter()
        .filter(|it| it.is_asked_for(question))
        .collect();
    let mut groups = BTreeMap::<Vec<String>, Vec<&Life>>::new();
    if !question.group_by.is_empty() {
        for life in &asked {
            for key in life.keys(question) {
                groups.entry(key).or_default().push(life);
            }
        }
    }
    let groups = groups
        .into_iter()
        .map(|(key, lives)| (key, figures(&lives)));
    (figures(&asked), groups.collect())
}

/// What was answered, in the same form.
pub(super) fn answered(answer: &pb::GetStatisticsResponse) -> Counted {
    let groups = answer.groups.iter().map(|group| {
        let codes = group.keys.iter().map(|key| key.code.clone());
        (codes.collect(), group.figures.clone().unwrap())
    });
    (answer.total.clone().unwrap(), groups.collect())
}

fn figures(lives: &[&Life]) -> pb::StatisticsFigures {
    let count = |is: &dyn Fn(&Life) -> bool| {
        i64::try_from(lives.iter().filter(|life| is(life)).count()).unwrap()
    };
    let mut days: Vec<i32> = lives.iter().filter_map(|life| life.working_days).collect();
    days.sort_unstable();
    let within = |percent: usize| {
        let at = (days.len() * percent).div_ceil(100).checked_sub(1);
        at.map(|at| days[at])
    };
    let grounds: BTreeSet<_> = lives.iter().flat_map(|life| life.grounds.clone()).collect();
    let of_ground = |ground: RefusalGroundCode| pb::StatisticsGround {
        ground: ground.into(),
        refused: count(&|life| life.grounds.contains(&ground)),
    };
    pb::StatisticsFigures {
        applications: count(&|_| true),
        granted: count(&|life| life.result == "GRANTED"),
        refused: count(&|life| life.result == "REFUSED"),
        withdrawn: count(&|life| life.result == "WITHDRAWN"),
        open: count(&|life| life.result == "OPEN"),
        in_time: count(&|life| life.timeliness == "IN_TIME"),
        late: count(&|life| life.timeliness == "LATE"),
        overdue: count(&|life| life.timeliness == "OVERDUE"),
        filed_late: count(&|life| life.filed_late),
        grounds: grounds.into_iter().map(of_ground).collect(),
        working_days_median: within(50),
        working_days_p90: within(90),
    }
}
