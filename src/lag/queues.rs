//! Stages that the cursor of a sink passed without an acknowledgement, since they went into a lane: counted when
//! they leave it. It never forgets one that is neither acknowledged nor passed over.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::Expr,
};

use crate::store::{Guard, Insert, StoreFault, Update, during};

pub(super) mod sink_lag_owed {
    //! One row per stage that went into a lane; settled once it is acknowledged, or passed over.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sink_lag_owed")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sink: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) number: i64,
        pub(crate) state: String,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What is owed, as its index has it.
fn is_owed() -> Expr {
    Expr::cust("state = 'OWED'")
}

/// The first stage that is owed to the count of a sink.
pub(super) async fn first_owed(
    reads: &DatabaseConnection,
    sink: &str,
) -> Result<Option<i64>, StoreFault> {
    let row = sink_lag_owed::Entity::find()
        .filter(sink_lag_owed::Column::Sink.eq(sink))
        .filter(is_owed())
        .order_by_asc(sink_lag_owed::Column::Number)
        .one(reads)
        .await
        .map_err(during("look for the first stage that is owed"))?;
    Ok(row.map(|row| row.number))
}

/// Which of some stages are owed.
pub(super) async fn among(
    reads: &DatabaseConnection,
    sink: &str,
    numbers: &[i64],
) -> Result<BTreeMap<i64, sink_lag_owed::Model>, StoreFault> {
    let (Some(first), Some(last)) = (numbers.iter().min(), numbers.iter().max()) else {
        return Ok(BTreeMap::new());
    };
    let rows = sink_lag_owed::Entity::find()
        .filter(sink_lag_owed::Column::Sink.eq(sink))
        .filter(sink_lag_owed::Column::Number.between(*first, *last))
        .filter(is_owed())
        .all(reads)
        .await
        .map_err(during("read which stages are owed"))?;
    Ok(rows.into_iter().map(|row| (row.number, row)).collect())
}

/// A stage that is owed from now on.
pub(super) fn owed(sink: &str, number: i64) -> Insert {
    let row = sink_lag_owed::Model {
        sink: sink.to_owned(),
        number,
        state: "OWED".to_owned(),
        version: 1,
    };
    Insert::guarded(&row, Guard::Version)
}

impl sink_lag_owed::Model {
    /// The change by which it is owed no more.
    pub(super) fn settled(self) -> Update {
        let before = self.version;
        let after = Self {
            state: "SETTLED".to_owned(),
            version: before.saturating_add(1),
            ..self
        };
        Update::of(&after, before)
    }
}

/// The change by which a stage that was passed over is owed no more; none if it is not.
pub async fn passed_over(
    reads: &DatabaseConnection,
    sink: &str,
    number: i64,
) -> Result<Option<Update>, StoreFault> {
    let mut owed = among(reads, sink, &[number]).await?;
    Ok(owed.remove(&number).map(sink_lag_owed::Model::settled))
}
