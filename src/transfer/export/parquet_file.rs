//! Rows as Apache Parquet, one group of rows after the other, so that a file of any size is written as it
//! is sent. It never holds more than one group.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use parquet::{
    basic::{LogicalType, Repetition, Type as Physical},
    column::writer::ColumnWriter,
    data_type::ByteArray,
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::Type,
};

use super::row::{Cell, Head};

/// How many rows a group has.
const GROUP_ROWS: usize = 5_000;

/// Rows that become a file.
pub(super) struct ParquetFile {
    writer: SerializedFileWriter<Shared>,
    written: Shared,
    required: Vec<bool>,
    /// The cells of the group, column by column.
    group: Vec<Vec<Cell>>,
    rows: usize,
}

impl ParquetFile {
    pub(super) fn begin(heads: &[Head]) -> Result<Self, ParquetError> {
        let fields = heads.iter().map(field).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("register").with_fields(fields);
        let properties = WriterProperties::builder().set_created_by("tizilim".to_owned());
        let written = Shared::default();
        Ok(Self {
            writer: SerializedFileWriter::new(
                written.clone(),
                Arc::new(schema.build()?),
                Arc::new(properties.build()),
            )?,
            written,
            required: heads.iter().map(|head| head.is_required).collect(),
            group: vec![Vec::new(); heads.len()],
            rows: 0,
        })
    }

    pub(super) fn add(&mut self, cells: Vec<Cell>) -> Result<(), ParquetError> {
        for (column, cell) in self.group.iter_mut().zip(cells) {
            column.push(cell);
        }
        self.rows = self.rows.saturating_add(1);
        if self.rows >= GROUP_ROWS {
            self.write_group()?;
        }
        Ok(())
    }

    /// What was written since the last time.
    pub(super) fn take(&self) -> Vec<u8> {
        self.written.take()
    }

    /// Writes what is left, with the end of the file.
    pub(super) fn end(mut self) -> Result<Vec<u8>, ParquetError> {
        self.write_group()?;
        self.writer.close()?;
        Ok(self.written.take())
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        let mut columns = self.group.iter_mut().zip(&self.required);
        while let Some(mut writer) = group.next_column()? {
            let Some((cells, is_required)) = columns.next() else {
                break;
            };
            write_column(writer.untyped(), cells, *is_required)?;
            cells.clear();
            writer.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

fn field(head: &Head) -> Result<Arc<Type>, ParquetError> {
    let repetition = if head.is_required {
        Repetition::REQUIRED
    } else {
        Repetition::OPTIONAL
    };
    let field = if head.is_number {
        Type::primitive_type_builder(head.name, Physical::INT32)
    } else {
        Type::primitive_type_builder(head.name, Physical::BYTE_ARRAY)
            .with_logical_type(Some(LogicalType::String))
    };
    Ok(Arc::new(field.with_repetition(repetition).build()?))
}

/// A required column has a value in each row; of an optional one the levels say where there is one.
fn write_column(
    writer: &mut ColumnWriter<'_>,
    cells: &[Cell],
    is_required: bool,
) -> Result<(), ParquetError> {
    let level = |cell: &Cell| i16::from(*cell != Cell::Empty);
    let levels: Vec<i16> = cells.iter().map(level).collect();
    let levels = (!is_required).then_some(levels.as_slice());
    if let ColumnWriter::Int32ColumnWriter(writer) = writer {
        let numbers = cells.iter().filter_map(|cell| match cell {
            Cell::Number(number) => Some(*number),
            Cell::Text(_) | Cell::Empty => None,
        });
        let numbers: Vec<i32> = numbers.collect();
        writer.write_batch(&numbers, levels, None)?;
    } else if let ColumnWriter::ByteArrayColumnWriter(writer) = writer {
        let texts = cells.iter().filter_map(|cell| match cell {
            Cell::Text(text) => Some(ByteArray::from(text.as_str())),
            Cell::Number(_) | Cell::Empty => None,
        });
        let texts: Vec<ByteArray> = texts.collect();
        writer.write_batch(&texts, levels, None)?;
    }
    Ok(())
}

/// Bytes that are written here and sent there.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn take(&self) -> Vec<u8> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *bytes)
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parquet::{
        file::reader::{FileReader as _, SerializedFileReader},
        record::RowAccessor as _,
    };

    use super::*;

    fn head(name: &'static str, is_required: bool, is_number: bool) -> Head {
        Head {
            name,
            is_required,
            is_number,
        }
    }

    #[test]
    fn what_is_written_is_read_back_group_by_group() {
        let heads = [
            head("number", true, false),
            head("floor", true, true),
            head("rooms", false, true),
            head("block", false, false),
        ];
        let mut file = ParquetFile::begin(&heads).unwrap();
        let mut bytes = Vec::new();
        for number in 0..12_000 {
            let is_odd = number % 2 == 1;
            let there = |cell| if is_odd { cell } else { Cell::Empty };
            file.add(vec![
                Cell::Text(format!("№ {number}")),
                Cell::Number(number),
                there(Cell::Number(2)),
                there(Cell::Text("Б".to_owned())),
            ])
            .unwrap();
            bytes.extend(file.take());
        }
        bytes.extend(file.end().unwrap());
        let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
        assert_eq!(reader.num_row_groups(), 3);
        let mut count = 0;
        for (number, row) in (0..).zip(reader.get_row_iter(None).unwrap()) {
            let row = row.unwrap();
            assert_eq!(row.get_string(0).unwrap(), &format!("№ {number}"));
            assert_eq!(row.get_int(1).unwrap(), number);
            let (rooms, block) = (row.get_int(2).ok(), row.get_string(3).ok());
            let expected = (number % 2 == 1).then_some(2);
            assert_eq!(rooms, expected);
            assert_eq!(block.is_some(), expected.is_some());
            count += 1;
        }
        assert_eq!(count, 12_000);
    }
}
