package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3ServerIT {

    @Test
    void servesAFolderToWhoeverSignsWithTheRightSecret(@TempDir Path folder) throws Exception {
        Path bucket = Files.createDirectories(folder.resolve("bucket"));
        Files.writeString(bucket.resolve("blob"), "content");

        try (S3Server server = S3Server.start(folder, "key", "right")) {
            HttpResponse<String> signed = get(server.endpoint(), "/bucket/blob", "right");
            HttpResponse<String> forged = get(server.endpoint(), "/bucket/blob", "wrong");
            Answer unsigned = Servers.call(server.endpoint(), "GET", "/bucket/blob");
            Files.setPosixFilePermissions(bucket.resolve("blob"), PosixFilePermissions.fromString("rw-------"));
            Answer unsignedPrivate = Servers.call(server.endpoint(), "GET", "/bucket/blob");

            assertThat(signed.body()).isEqualTo("content");
            assertThat(forged.statusCode()).isEqualTo(403);
            assertThat(unsigned.status()).isEqualTo(200);
            assertThat(unsignedPrivate.status()).isEqualTo(403);
        }
    }

    /** Signature version 2, which takes five lines. */
    private static HttpResponse<String> get(URI endpoint, String path, String secret) throws Exception {
        String date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                .format(Instant.now().atOffset(ZoneOffset.UTC));
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        byte[] signature =
                mac.doFinal(("GET\n\n\n\nx-amz-date:" + date + "\n" + path).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(endpoint.resolve(path))
                .header("x-amz-date", date)
                .header("Authorization", "AWS key:" + Base64.getEncoder().encodeToString(signature))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
