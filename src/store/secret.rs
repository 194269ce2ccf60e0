//! Keys that are made once and shared by all processes on one database.
//! It never hands one out to anything but the code that seals with it.

use sea_orm::{DatabaseConnection, EntityTrait as _, IntoActiveModel as _};

use super::{Connections, StoreFault, fault::during, rows::secret};
use crate::kernel::IdSource;

impl Connections {
    /// The key of that name, 32 bytes; made at the first asking, whichever process asks first.
    pub async fn secret(&self, name: &str, ids: &dyn IdSource) -> Result<Vec<u8>, StoreFault> {
        let value = [ids.random(), ids.random()].concat();
        let name = name.to_owned();
        self.write(async move |writes| made(&writes, name, value).await)
            .await
    }
}

async fn made(
    writes: &DatabaseConnection,
    name: String,
    value: Vec<u8>,
) -> Result<Vec<u8>, StoreFault> {
    let row = secret::Model {
        name: name.clone(),
        value,
    };
    secret::Entity::insert(row.into_active_model())
        .on_conflict_do_nothing_on([secret::Column::Name])
        .exec_without_returning(writes)
        .await
        .map_err(during("make a secret"))?;
    let row = secret::Entity::find_by_id(name).one(writes).await;
    row.map_err(during("read a secret"))?
        .map(|row| row.value)
        .ok_or_else(|| StoreFault::corrupt("secret", "is missing"))
}
