package io.sluice.foreign;

import io.sluice.capture.file.CaptureFileReader;
import io.sluice.capture.file.CaptureFileRecord;
import io.sluice.capture.read.CaptureListener;
import io.sluice.capture.read.CapturedExchange;
import io.sluice.capture.read.ContractChecker;
import io.sluice.capture.read.ExchangeAssembler;
import io.sluice.capture.read.PartitionReader;
import io.sluice.capture.read.RecordDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What readers of a capture make of a capture file. */
final class Read {

    private static final int MOST_OPEN = 10_000;
    private static final long MOST_BYTES = 1L << 30;

    final List<CapturedExchange> exchanges = new ArrayList<>();
    final Map<Integer, Long> times = new HashMap<>();
    final ContractChecker checker = new ContractChecker();
    long records;

    private Read() {}

    static Read of(Path file) throws Exception {
        Read read = new Read();
        Map<Integer, List<PartitionReader>> readers = new HashMap<>();
        try (InputStream in = Files.newInputStream(file);
                CaptureFileReader reader = new CaptureFileReader(in)) {
            for (CaptureFileRecord record = reader.next(); record != null; record = reader.next()) {
                read.take(readers, record);
            }
        }
        read.exchanges.sort(
                Comparator.comparingLong(exchange -> exchange.request().began()));
        return read;
    }

    private void take(Map<Integer, List<PartitionReader>> readers, CaptureFileRecord record) throws Exception {
        records++;
        checker.record(record.partition(), record.offset(), record.key(), record.value());
        List<PartitionReader> both = readers.computeIfAbsent(
                record.partition(),
                partition -> List.of(
                        new PartitionReader(new ExchangeAssembler(exchanges::add, MOST_BYTES), MOST_OPEN),
                        new PartitionReader(
                                new CaptureListener() {
                                    @Override
                                    public void time(long stamp) {
                                        times.put(partition, stamp);
                                    }
                                },
                                MOST_OPEN)));
        for (PartitionReader reader : both) {
            reader.read(RecordDecoder.decode(record.key(), record.value()));
        }
    }

    static Path in(Path folder) throws IOException {
        return Files.createDirectories(folder).resolve("made.capture");
    }
}
