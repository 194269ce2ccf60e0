//! What may be wrong with what operators say of receivers of stages.
//! It never says what would hold for any field: that is `general`.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "must be 1 to 40 of a to z, 0 to 9 and -",
        "Мәні a–z әріптерінен, 0–9 цифрларынан және «-» таңбасынан тұратын 1–40 таңба болуы керек.",
        "Допускаются от 1 до 40 знаков: буквы a–z, цифры 0–9 и дефис.",
    ),
    (
        "must be the name of a sink of the configuration",
        "Баптауда көрсетілген кезең қабылдаушысының атауы болуы керек.",
        "Должно быть имя получателя этапов, указанного в настройках.",
    ),
    (
        "must be a known state",
        "Күй белгілі кодтардың бірі болуы керек.",
        "Состояние должно быть одним из известных кодов.",
    ),
    (
        "must not be beyond the cursor",
        "Курсордың қазіргі орнынан әрі болмауы керек.",
        "Не может быть дальше текущего положения курсора.",
    ),
];
