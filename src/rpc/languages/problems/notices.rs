//! What may be wrong with a change of the Rules that is told. It never holds what a field held.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "must not be before the act's date",
        "Бұл күн актінің күнінен бұрын болмауы керек.",
        "Эта дата не должна быть раньше даты акта.",
    ),
    (
        "must not be before the first day of the change",
        "Бұл күн өзгерістің қолданысқа енгізілетін күнінен бұрын болмауы керек.",
        "Эта дата не должна быть раньше дня введения изменения в действие.",
    ),
    (
        "must be named once",
        "Әрқайсысы бір рет қана көрсетілуі керек.",
        "Каждый должен быть указан только один раз.",
    ),
    (
        "must be a document that the own organisation uploaded",
        "Өз ұйымыңыз жүктеген құжат көрсетілуі керек.",
        "Должен быть указан документ, который загрузила ваша организация.",
    ),
    (
        "must have at most {} bytes together",
        "Файлдардың жалпы көлемі {} байттан аспауы керек.",
        "Общий объём файлов не должен превышать {} байт.",
    ),
    (
        "must not be of an act that was told before",
        "Бұл акт туралы бұрын хабарланған.",
        "Об этом акте уже сообщалось.",
    ),
];
