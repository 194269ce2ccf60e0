//! What may be wrong with what is recorded of a case in court.
//! It never says what would hold for any field: that is `general`.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "must be a known choice",
        "Белгілі мәндердің бірі көрсетілуі керек.",
        "Должно быть указано одно из известных значений.",
    ),
    (
        "must not be before the filing",
        "Күн талап қою берілген күннен бұрын болмауы керек.",
        "Дата не может быть раньше подачи иска.",
    ),
    (
        "must be left out of an action that reached the court directly",
        "Талап қою сотқа тікелей берілсе, бұл өріс толтырылмайды.",
        "Если иск подан в суд напрямую, это поле не заполняется.",
    ),
    (
        "must be a complaint about the application",
        "Осы өтінімге қатысты шағым көрсетілуі керек.",
        "Должна быть указана жалоба по этой заявке.",
    ),
    (
        "must not be before the action was served",
        "Күн талап қою тапсырылған күннен бұрын болмауы керек.",
        "Дата не может быть раньше вручения иска.",
    ),
    (
        "must not be before the action was filed",
        "Сот актісінің күні талап қою берілген күннен бұрын болмауы керек.",
        "Дата судебного акта не может быть раньше подачи иска.",
    ),
    (
        "is required, since the court was reached directly",
        "Сотқа тікелей жүгінгенде жоғары тұрған орган басшысының дәлелді ұстанымы міндетті.",
        "При прямом обращении в суд мотивированная позиция руководителя вышестоящего органа обязательна.",
    ),
    (
        "must be NONE: the application has no entry",
        "Өтінімнің есептік жазбасы жоқ, сондықтан мәні NONE болуы керек.",
        "У заявки нет учётной записи, поэтому допускается только NONE.",
    ),
    (
        "must end what this case means for the entry now",
        "Осы іс бойынша жазбаға қазір қойылып тұрған шара ғана алынады.",
        "Снять можно только то, что по этому делу действует для записи сейчас.",
    ),
    (
        "must be about an entry that no other followed on its share",
        "Пай бойынша кейін басқа жазба енгізілмеген есептік жазба болуы керек.",
        "Это должна быть запись, после которой на пай не внесена другая.",
    ),
    (
        "must not be given together with unanswered_only",
        "Бұл өріс unanswered_only өрісімен бірге толтырылмайды.",
        "Поле не заполняется вместе с полем unanswered_only.",
    ),
];
