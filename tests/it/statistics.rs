//! The statistics against a count of our own, over everything that the lists tell: after random lives,
//! for many questions, and again after all was counted anew.

mod lives;
mod recounted;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{
        self as pb, ApplicationForm as Form, Procedure, StatisticsDay as Day,
        StatisticsDimension as Dimension,
    },
};
use tonic::Code;

use self::recounted::{answered, life_of, recounted};
use crate::harness::{Account, Installation, Town, told_raw, until};

/// Early in what the calendar covers: the clock only moves forward.
const BEGIN: &str = "2025-06-02T05:00:00Z";
const LIVES: u32 = 32;
const QUESTIONS: u32 = 60;

/// What an account is answered, once all facts are counted.
pub(crate) async fn counted(
    town: &Town,
    account: Account,
    request: &pb::GetStatisticsRequest,
) -> pb::GetStatisticsResponse {
    until("the count of all facts", async || {
        let mut raw = town.raw(account).statistics();
        let answer = raw.get_statistics(request.clone()).await.unwrap();
        let answer = answer.into_inner();
        (answer.counted_through == answer.journal_head).then_some(answer)
    })
    .await
}

pub(crate) fn whole_year(counted_by: Day) -> pb::GetStatisticsRequest {
    pb::GetStatisticsRequest {
        from_on: "2025-01-01".to_owned(),
        to_on: "2025-12-31".to_owned(),
        counted_by: counted_by.into(),
        ..Default::default()
    }
}

const DAYS: [Day; 3] = [Day::Received, Day::Registered, Day::Ended];
const DIMENSIONS: [Dimension; 8] = [
    Dimension::Provider,
    Dimension::Month,
    Dimension::Day,
    Dimension::Procedure,
    Dimension::Form,
    Dimension::Result,
    Dimension::Ground,
    Dimension::Timeliness,
];

fn question(random: &mut StdRng) -> pb::GetStatisticsRequest {
    let from = random.random_range(1..=20);
    let to = random.random_range(from..=30);
    let mut dimensions = DIMENSIONS.to_vec();
    dimensions.retain(|_| random.random_range(0..3) == 0);
    let procedures = [
        vec![],
        vec![Procedure::Amendment],
        vec![Procedure::ParticipationAgreement],
    ];
    let forms = [
        vec![],
        vec![Form::ElectronicCopy],
        vec![Form::ElectronicContract],
    ];
    let procedures = procedures.choose(random).unwrap().iter();
    let forms = forms.choose(random).unwrap().iter();
    pb::GetStatisticsRequest {
        from_on: format!("2025-06-{from:02}"),
        to_on: format!("2025-{:02}-{to:02}", random.random_range(6..=9)),
        counted_by: (*DAYS.choose(random).unwrap()).into(),
        provider_id: String::new(),
        procedures: procedures.map(|it| (*it).into()).collect(),
        forms: forms.map(|it| (*it).into()).collect(),
        group_by: dimensions.into_iter().map(Into::into).collect(),
    }
}

#[tokio::test]
async fn statistics_are_what_a_count_over_all_lists_gives_however_they_are_asked() {
    let town = Town::with(BEGIN, Installation::simplify_extract).await;
    let mut random = StdRng::seed_from_u64(4);
    lives::live(&town, &mut random, LIVES).await;
    let lives = recounted(&town).await;
    let mut questions: Vec<_> = DAYS.map(whole_year).to_vec();
    questions.extend((0..QUESTIONS).map(|_| question(&mut random)));
    for question in &questions {
        let answer = counted(&town, Account::Officer, question).await;
        assert_eq!(answered(&answer), life_of(&lives, question), "{question:?}");
    }
    varied(&counted(&town, Account::Agency, &questions[0]).await);

    let before = counted(&town, Account::Agency, &questions[0]).await;
    let request = pb::RecountStatisticsRequest {
        request_id: new_request_id(),
    };
    let mut operator = town.raw(Account::Operator).statistics();
    for replayed in [false, true] {
        let begun = operator.recount_statistics(request.clone()).await.unwrap();
        assert_eq!(begun.into_inner().replayed, replayed);
    }
    let after = counted(&town, Account::Agency, &questions[0]).await;
    assert_eq!(
        after.counted_through,
        before.counted_through + 1,
        "the act itself"
    );
    for question in &questions[..20] {
        let answer = counted(&town, Account::Agency, question).await;
        assert_eq!(answered(&answer), life_of(&lives, question), "{question:?}");
    }
}

/// The lives were of all kinds: else nothing was tried.
fn varied(all: &pb::GetStatisticsResponse) {
    let total = all.total.as_ref().unwrap();
    let figures = [
        total.granted,
        total.refused,
        total.withdrawn,
        total.open,
        total.in_time,
        total.late,
        total.overdue,
        total.filed_late,
    ];
    assert!(figures.iter().all(|figure| *figure > 0), "{total:?}");
    assert!(total.grounds.len() > 1, "{total:?}");
    assert!(
        total.working_days_median < total.working_days_p90,
        "{total:?}"
    );
}

#[tokio::test]
async fn each_party_counts_its_own_and_a_foreign_provider_is_one_that_is_not_there() {
    let town = Town::with(BEGIN, Installation::simplify_extract).await;
    let request = town.agreement(1).electronic_contract().unwrap();
    town.portal().submit(request).await.unwrap();
    let own = pb::GetStatisticsRequest {
        provider_id: town.world.provider.id.to_owned(),
        ..whole_year(Day::Received)
    };
    for (account, count) in [
        (Account::Officer, 1),
        (Account::Head, 1),
        (Account::Agency, 1),
        (Account::Operator, 1),
        (Account::Stranger, 0),
    ] {
        let all = counted(&town, account, &whole_year(Day::Received)).await;
        assert_eq!(all.total.unwrap().applications, count, "{account:?}");
        let absent = pb::GetStatisticsRequest {
            provider_id: "nowhere".to_owned(),
            ..own.clone()
        };
        let mut raw = town.raw(account).statistics();
        let absent = told_raw(raw.get_statistics(absent).await);
        absent.is(Code::PermissionDenied, "PERMISSION_DENIED");
        let theirs = raw.get_statistics(own.clone()).await;
        match count {
            0 => assert_eq!(told_raw(theirs), absent),
            _ => drop(theirs.unwrap()),
        }
    }
}

#[tokio::test]
async fn groups_are_named_in_three_languages_and_too_many_are_not_told() {
    let town = Town::with(BEGIN, Installation::simplify_extract).await;
    let request = town.agreement(1).electronic_contract().unwrap();
    town.portal().submit(request).await.unwrap();
    let by = pb::GetStatisticsRequest {
        group_by: DIMENSIONS.map(Into::into).to_vec(),
        ..whole_year(Day::Received)
    };
    let answer = counted(&town, Account::Officer, &by).await;
    let [group] = answer.groups.as_slice() else {
        panic!("{answer:?}")
    };
    let labels = group.keys.iter().map(|key| key.label.clone().unwrap());
    let labels: Vec<_> = labels.map(|it| [it.kk, it.ru, it.en]).collect();
    let name = town.world.provider.name.clone();
    assert_eq!(labels[0], [name.kk, name.ru, name.en]);
    let day = "2025-06-02".to_owned();
    assert_eq!(labels[2], [day.clone(), day.clone(), day]);
    assert_eq!(
        labels[5],
        ["шешім қабылданбаған", "решение не принято", "undecided"]
    );
    assert!(labels.iter().flatten().all(|text| !text.is_empty()));
    assert_eq!(answer.total, group.figures);
}

#[tokio::test]
async fn what_is_wrong_with_a_question_is_told_at_once() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Agency).statistics();
    let wrong = pb::GetStatisticsRequest {
        from_on: "2025-02-30".to_owned(),
        to_on: "soon".to_owned(),
        counted_by: 99,
        provider_id: "x'; DROP TABLE statistics_cell; --".to_owned(),
        procedures: vec![Procedure::Amendment.into(), 0, 99],
        forms: vec![-1],
        group_by: vec![0, 99],
    };
    let told = told_raw(raw.get_statistics(wrong).await);
    told.is(Code::InvalidArgument, "INVALID_FIELDS");
    let expected = [
        "from_on",
        "to_on",
        "counted_by",
        "procedures[1]",
        "procedures[2]",
        "forms[0]",
        "group_by[0]",
        "group_by[1]",
    ];
    assert_eq!(told.paths(), expected);
    let twice = pb::GetStatisticsRequest {
        group_by: vec![Dimension::Form.into(); 100_000],
        ..whole_year(Day::Ended)
    };
    assert_eq!(
        told_raw(raw.get_statistics(twice).await).paths(),
        ["group_by[1]"]
    );
    for (from, to) in [("2025-06-02", "2025-06-01"), ("2025-01-01", "2026-02-05")] {
        let period = pb::GetStatisticsRequest {
            from_on: from.to_owned(),
            to_on: to.to_owned(),
            ..whole_year(Day::Ended)
        };
        assert_eq!(
            told_raw(raw.get_statistics(period).await).paths(),
            ["to_on"]
        );
    }
    let nothing = told_raw(
        raw.get_statistics(pb::GetStatisticsRequest::default())
            .await,
    );
    nothing.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(nothing.paths(), ["from_on", "to_on", "counted_by"]);
    let mut operator = town.raw(Account::Operator).statistics();
    let nameless = pb::RecountStatisticsRequest::default();
    let nameless = told_raw(operator.recount_statistics(nameless).await);
    assert_eq!(nameless.paths(), ["request_id"]);
}
