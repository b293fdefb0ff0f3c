package io.sluice.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy in a JVM of its own, with the memory that it is promised to need, started as its script does. */
final class ProxyProcess implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern LINE =
            Pattern.compile("The proxy listens on port (\\d+), its admin port is (\\d+)\\.");

    private final Process process;
    private final int port;
    private final int adminPort;

    private ProxyProcess(Process process, int port, int adminPort) {
        this.process = process;
        this.port = port;
        this.adminPort = adminPort;
    }

    static ProxyProcess start(Path configuration) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + ROOT.resolve("config/jvm/proxy-options"),
                "-Dlog4j2.configurationFile=" + ROOT.resolve("config/logging/log4j2-proxy.xml"),
                "-cp",
                System.getProperty("java.class.path"),
                ProxyMain.class.getName(),
                "-c",
                configuration.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Matcher line = LINE.matcher(String.valueOf(out.readLine()));
        if (!line.matches()) {
            process.destroyForcibly();
            throw new IOException("the proxy did not start: " + line);
        }
        return new ProxyProcess(process, Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2)));
    }

    int port() {
        return port;
    }

    int adminPort() {
        return adminPort;
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL, and returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    long pid() {
        return process.pid();
    }

    /** What it says of itself on its admin port. */
    JsonNode status(Path token) throws IOException, InterruptedException {
        return JSON.readTree(ask("/status", token));
    }

    /** Asks its admin port. */
    String ask(String path, Path token) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                                .header(
                                        "Authorization",
                                        "Bearer " + Files.readString(token).strip())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " was answered with " + answer.statusCode());
        }
        return answer.body();
    }

    boolean awaitEnd() throws InterruptedException {
        return process.waitFor(30, TimeUnit.SECONDS);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
