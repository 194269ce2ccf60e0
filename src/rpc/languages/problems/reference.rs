//! What may be wrong with days of the calendar and with providers.
//! It never says what would hold for any field: that is `general`.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "must be a known kind of day",
        "Белгілі күн түрі көрсетілуі керек.",
        "Должен быть указан известный вид дня.",
    ),
    (
        "must be at most {}",
        "Элементтердің ең көп саны – {}.",
        "Число элементов может быть не больше {}.",
    ),
    (
        "must be a day of Monday to Friday to be worked as usual",
        "Әдеттегі жұмыс күні дүйсенбі – жұма аралығындағы күн болуы керек.",
        "Обычным рабочим днём может быть только день с понедельника по пятницу.",
    ),
    (
        "must be a day of Monday to Friday to be a moved day off",
        "Ауыстырылған демалыс күні дүйсенбі – жұма аралығындағы күн болуы керек.",
        "Перенесённым выходным может быть только день с понедельника по пятницу.",
    ),
    (
        "must be a Saturday or Sunday to be a worked day off",
        "Жұмыс істелетін демалыс күні сенбі немесе жексенбі болуы керек.",
        "Рабочим выходным может быть только суббота или воскресенье.",
    ),
    (
        "must lie in the span that the calendar covers, which covers_to_on extends",
        "Күн күнтізбе қамтитын мерзімде болуы керек, оны covers_to_on өрісі ұзартады.",
        "День должен лежать в сроке, который охватывает календарь; его продлевает поле covers_to_on.",
    ),
    (
        "must be after the last day covered",
        "Күн күнтізбе қамтитын соңғы күннен кейін болуы керек.",
        "День должен быть после последнего дня, который охватывает календарь.",
    ),
    (
        "must be at most {} days after the last day covered",
        "Күн күнтізбе қамтитын соңғы күннен ең көбі {} күн кейін болуы керек.",
        "День должен быть не более чем через {} дней после последнего дня календаря.",
    ),
];
