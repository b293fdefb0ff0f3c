package io.sluice.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps of each document the key and a hash of its source's bytes. A raw CR or LF counts as a space; in valid JSON it
 * can only be white space between tokens.
 *
 * <p>Memory grows with the number of documents, not with their size. Not safe for use by several threads.
 */
final class DocumentHashes implements DocumentScan.Visitor {

    private final MessageDigest sha256;
    private final Map<Key, Hash> documents = new HashMap<>();

    /** @param routing empty when the document has none */
    record Key(String id, String routing) {}

    /** The first 128 bits of a SHA-256. */
    record Hash(long high, long low) {}

    private DocumentHashes() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Every document of the index, after a refresh. */
    static Map<Key, Hash> of(HttpClient http, URI endpoint, String index) throws IOException {
        DocumentHashes hashes = new DocumentHashes();
        DocumentScan.each(http, endpoint, index, hashes);
        return hashes.documents;
    }

    @Override
    public void see(DocumentScan.Hit hit) throws IOException {
        Key key = new Key(hit.id(), hit.routing());
        if (documents.put(key, hash(hit.page(), hit.from(), hit.to())) != null) {
            throw new IOException("document %s (routing %s) is shown twice".formatted(hit.id(), hit.routing()));
        }
    }

    private Hash hash(byte[] page, int from, int to) {
        for (int i = from; i < to; i++) {
            if (page[i] == '\n' || page[i] == '\r') {
                page[i] = ' ';
            }
        }
        sha256.update(page, from, to - from);
        byte[] digest = sha256.digest();
        return new Hash(longAt(digest, 0), longAt(digest, Long.BYTES));
    }

    private static long longAt(byte[] bytes, int offset) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = (value << 8) | (bytes[offset + i] & 0xFF);
        }
        return value;
    }
}
