package io.sluice.capture;

import com.sun.management.OperatingSystemMXBean;
import io.sluice.testkit.KafkaProcess;
import io.sluice.testkit.KafkaSetup;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a recorder costs: CPU of this process per write of 1 KB (request and answer, two records), into a real Kafka beside
 * it, with a number of connections that each send the next request when they have the answer. No HTTP.
 *
 * <p>Run with: number of connections, seconds, and requests per second of all together (0: as fast as it goes).
 */
final class RecorderBenchmark {

    private static final int LOOPS = 2;
    private static final int PARTITIONS = 16;
    private static final int MOST_SAMPLES = 5_000_000;

    private final Recorder recorder;
    private final List<Loop> loops = new ArrayList<>();
    private final long[] latencies = new long[MOST_SAMPLES];
    private final AtomicLong done = new AtomicLong();
    private final long pause;
    private volatile boolean stopping;

    private RecorderBenchmark(Recorder recorder, int connections, int rate) {
        this.recorder = recorder;
        this.pause = rate == 0 ? 0 : connections * 1_000_000_000L / rate;
        for (int i = 0; i < LOOPS; i++) {
            loops.add(new Loop("loop-" + i));
        }
        for (int i = 0; i < connections; i++) {
            Loop loop = loops.get(i % LOOPS);
            Connection connection = new Connection(loop, i);
            loop.tasks.add(connection::send);
        }
    }

    /** A thread that does what it is told, like an event loop. */
    private final class Loop extends Thread {
        final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

        Loop(String name) {
            super(name);
        }

        @Override
        public void run() {
            try {
                while (!stopping) {
                    Runnable task = tasks.poll(100, TimeUnit.MILLISECONDS);
                    if (task != null) {
                        task.run();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Connection {
        private final ConnectionRecorder connection;
        private final Loop loop;
        private final ByteBuffer head =
                ByteBuffer.allocateDirect(300).put("POST /index/_doc HTTP/1.1\r\nHost: source:9200\r\n".getBytes());
        private final ByteBuffer body = ByteBuffer.allocateDirect(1_024);
        private final ByteBuffer answerHead = ByteBuffer.allocateDirect(120).put("HTTP/1.1 201 Created\r\n".getBytes());
        private final ByteBuffer answer = ByteBuffer.allocateDirect(200);
        private long began;

        Connection(Loop loop, int seed) {
            this.loop = loop;
            this.connection = recorder.connection("127.0.0.1:" + seed);
            head.clear();
            answerHead.clear();
            fill(body, seed);
            fill(answer, seed);
        }

        void send() {
            began = System.nanoTime();
            recorder.admission();
            ExchangeRecorder exchange = connection.exchange(true, false);
            exchange.request(head, body, true);
            exchange.whenForwardable(() -> {
                exchange.answer(answerHead, answer, true);
                exchange.whenAnswerable(() -> exchange.whenCompletable(() -> loop.tasks.add(this::answered)));
            });
        }

        private void answered() {
            long took = System.nanoTime() - began;
            int number = (int) done.getAndIncrement();
            if (number < MOST_SAMPLES) {
                latencies[number] = took;
            }
            if (stopping) {
                return;
            }
            if (pause == 0) {
                send();
            } else {
                TIMER.schedule(() -> loop.tasks.add(this::send), pause - took, TimeUnit.NANOSECONDS);
            }
        }
    }

    private static final java.util.concurrent.ScheduledExecutorService TIMER =
            java.util.concurrent.Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "timer");
                thread.setDaemon(true);
                return thread;
            });

    /** Text of few words, as documents are: it can be compressed to about half. */
    private static void fill(ByteBuffer buffer, int seed) {
        Random random = new Random(seed);
        while (buffer.hasRemaining()) {
            byte[] word = Long.toString(random.nextInt(1_000_000), 36).getBytes();
            buffer.put(word, 0, Math.min(word.length, buffer.remaining()));
            if (buffer.hasRemaining()) {
                buffer.put((byte) ' ');
            }
        }
        buffer.clear();
    }

    /** Prints one line of figures. */
    public static void main(String[] arguments) throws Exception {
        int connections = Integer.parseInt(arguments[0]);
        int seconds = Integer.parseInt(arguments[1]);
        int rate = Integer.parseInt(arguments[2]);
        PrintStream out = System.out;
        Path journal = Files.createTempDirectory("recorder-benchmark");
        try (KafkaProcess kafka = KafkaProcess.start(KafkaSetup.single().withHeapMegabytes(512))) {
            Capture capture = Capture.create(kafka, PARTITIONS);
            out.println("plain round trip " + roundTrip(capture));
            RecorderSettings settings = RecorderSettings.of(capture.topic(), PARTITIONS, capture.kafka(), journal)
                    .build();
            try (KafkaRecorder recorder = KafkaRecorder.open(settings)) {
                RecorderBenchmark benchmark = new RecorderBenchmark(recorder, connections, rate);
                benchmark.loops.forEach(Thread::start);
                TimeUnit.SECONDS.sleep(Math.min(10, seconds));
                out.println(benchmark.measure(seconds, kafka.pid()));
                out.println(recorder.status());
                benchmark.stopping = true;
                for (Loop loop : benchmark.loops) {
                    loop.join();
                }
            }
            out.println(capture.read().report());
        }
    }

    private String measure(int seconds, long broker) throws InterruptedException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        done.set(0);
        Map<String, Long> threads = threads();
        long cpu = system.getProcessCpuTime();
        Duration brokerCpu = cpu(broker);
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        long count = done.get();
        double wall = (System.nanoTime() - began) / 1e9;
        double used = (system.getProcessCpuTime() - cpu) / 1e3 / count;
        double brokerUsed = cpu(broker).minus(brokerCpu).toNanos() / 1e3 / count;
        long[] sorted = Arrays.copyOf(latencies, (int) Math.min(count, MOST_SAMPLES));
        Arrays.sort(sorted);
        StringBuilder each = new StringBuilder();
        threads().forEach((name, time) -> {
            double share = (time - threads.getOrDefault(name, 0L)) / 1e3 / count;
            if (share > 0.05) {
                each.append(" %s %.2f".formatted(name, share));
            }
        });
        return "%.0f writes/s, p50 %.3f ms, p99 %.3f ms, %.1f us of CPU per write (Kafka %.1f us):%s"
                .formatted(
                        count / wall,
                        sorted[sorted.length / 2] / 1e6,
                        sorted[(int) (sorted.length * 0.99)] / 1e6,
                        used,
                        brokerUsed,
                        each);
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    private static Map<String, Long> threads() {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        Map<String, Long> times = new TreeMap<>();
        for (long id : bean.getAllThreadIds()) {
            var info = bean.getThreadInfo(id);
            if (info != null) {
                times.merge(info.getThreadName(), bean.getThreadCpuTime(id), Long::sum);
            }
        }
        return times;
    }

    /** The median time from a send to its acknowledgement, one at a time, with nothing else going on. */
    private static String roundTrip(Capture capture) throws Exception {
        Path folder = Path.of("unused");
        RecorderSettings settings = RecorderSettings.of(capture.topic() + "-plain", 1, capture.kafka(), folder)
                .build();
        try (Producer<byte[], byte[]> producer = new KafkaClients(settings, "plain").producer()) {
            long[] times = new long[3_000];
            for (int i = 0; i < times.length; i++) {
                long began = System.nanoTime();
                producer.send(new ProducerRecord<>(settings.topic(), new byte[1_400]))
                        .get();
                times[i] = System.nanoTime() - began;
            }
            long[] last = Arrays.copyOfRange(times, 1_000, times.length);
            Arrays.sort(last);
            return "p50 %.3f ms, p99 %.3f ms"
                    .formatted(last[last.length / 2] / 1e6, last[(int) (last.length * 0.99)] / 1e6);
        }
    }
}
