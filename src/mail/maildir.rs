//! Letters as files of a maildir, where no SMTP server is configured. A letter that is sent again
//! replaces itself, and no reader ever sees half of one.

use std::{
    fs::DirBuilder,
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use tokio::{
    fs::{self, File},
    io::AsyncWriteExt as _,
};

use super::{Letter, MailFault, MailSetupFault, Mailer, Receipt, Sender, compose::compose};

/// Writes letters into a folder.
#[derive(Debug)]
pub struct Maildir {
    folder: PathBuf,
    sender: Sender,
}

impl Maildir {
    /// Makes the folder with its `tmp`, `new` and `cur`, and says in the log what it means.
    pub fn open(folder: PathBuf, sender: Sender) -> Result<Self, MailSetupFault> {
        for part in ["tmp", "new", "cur"] {
            let path = folder.join(part);
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&path)
                .map_err(|source| MailSetupFault::Folder { path, source })?;
        }
        tracing::warn!(
            folder = %folder.display(),
            "no SMTP server is configured: letters are only written into this folder, nobody receives them"
        );
        Ok(Self { folder, sender })
    }
}

#[async_trait]
impl Mailer for Maildir {
    async fn send(&self, letter: &Letter) -> Result<Receipt, MailFault> {
        let composed = compose(letter, &self.sender)?;
        let name = format!("{}.eml", letter.id.hyphenated());
        store(&self.folder, &name, &composed.message)
            .await
            .map_err(|error| MailFault::transient(format!("maildir: {}", error.kind())))?;
        Ok(Receipt(name))
    }
}

/// First whole and on the disk in `tmp`, then visible in `new`.
async fn store(folder: &Path, name: &str, message: &[u8]) -> io::Result<()> {
    let unfinished = folder.join("tmp").join(name);
    let visible = folder.join("new");
    let mut file = File::create(&unfinished).await?;
    file.write_all(message).await?;
    file.sync_all().await?;
    fs::rename(&unfinished, visible.join(name)).await?;
    File::open(&visible).await?.sync_all().await
}

#[cfg(test)]
mod tests {
    use super::{super::letter::tests::letter, *};
    use crate::kernel::Email;

    fn maildir(folder: &Path) -> Maildir {
        let address = Email::parse("register@example.kz").unwrap();
        let sender = Sender::new("Тізілім", &address).unwrap();
        Maildir::open(folder.to_owned(), sender).unwrap()
    }

    fn names(folder: PathBuf) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn a_letter_that_is_sent_again_is_there_once() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = maildir(folder.path());
        let receipt = maildir.send(&letter()).await.unwrap();
        assert_eq!(maildir.send(&letter()).await.as_ref(), Ok(&receipt));
        assert_eq!(names(folder.path().join("new")).join(" "), receipt.0);
        assert!(names(folder.path().join("tmp")).is_empty());
        let message = std::fs::read(folder.path().join("new").join(receipt.0)).unwrap();
        assert!(message.starts_with(b"From: "));
    }

    #[tokio::test]
    async fn a_folder_that_is_gone_is_a_passing_fault_without_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let maildir = maildir(folder.path());
        std::fs::remove_dir_all(folder.path()).unwrap();
        assert_eq!(
            maildir.send(&letter()).await,
            Err(MailFault::transient("maildir: entity not found"))
        );
    }
}
