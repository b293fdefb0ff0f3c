/**
 * A capture as a file: what {@code sluice capture export} writes and {@code sluice capture import} reads. docs/capture-file.md
 * is the same grammar for people who read it in another language.
 *
 * <p>All numbers are big-endian. {@code u8}, {@code u16}, {@code u32} and {@code u64} are unsigned, {@code s32} and
 * {@code s64} are signed; a {@code string} is a {@code u16} length and that many bytes of UTF-8; {@code crc} is a
 * {@code u32} CRC-32C (Castagnoli) of everything between it and the one before, or the start of the file.
 *
 * <pre>
 *   file   := start block* end                     nothing follows
 *   start  := "SLUICECF"  u16 version (1)  u32 length of about  about  crc
 *   about  := u32 partitions  u16 properties  (string name  string value)*
 *   block  := "B"  u32 records  u32 plain length  u32 packed length  packed  crc
 *   packed := one Zstandard frame of: record*
 *   record := u32 partition  s64 offset  s64 timestamp  bytes key  bytes value
 *   bytes  := s32 length (-1: absent)  the bytes
 *   end    := "E"  u32 length of sums  sums  crc
 *   sums   := u64 records  u64 bytes of keys and values  u32 largest record  u32 partitions  span*
 *   span   := u64 records  s64 first offset  s64 last offset  s64 first timestamp  s64 last timestamp
 * </pre>
 *
 * <p>Records of one partition stand in the order of their offsets; partitions are mixed. A file without its end was cut.
 *
 * <p><b>Promise:</b> writer and reader hold one block, at most {@link CaptureFileWriter#MAX_BLOCK} bytes plus its packed
 * form, whatever the size of the file. The reader believes no length before it has checked it, and no record before the
 * block's checksum is right.
 *
 * <p><b>Threads:</b> one at a time. Start reading at {@link CaptureFileReader}.
 */
@NullMarked
package io.sluice.capture.file;

import org.jspecify.annotations.NullMarked;
