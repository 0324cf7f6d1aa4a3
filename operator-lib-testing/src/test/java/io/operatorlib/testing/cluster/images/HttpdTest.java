package io.operatorlib.testing.cluster.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpdTest {
    private final HttpServer server;

    HttpdTest(@TempDir Path place) throws IOException {
        Path folder = Files.createDirectory(place.resolve("www"));
        Files.writeString(folder.resolve("index.html"), "<h1>Hello</h1>");
        Files.writeString(place.resolve("secret"), "secret");
        Files.createSymbolicLink(folder.resolve("link"), place.resolve("secret"));
        server = Httpd.start(folder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aFolderIsItsIndex() throws IOException {
        assertThat(reply("GET / HTTP/1.0")).startsWith("HTTP/1.1 200").contains("text/html", "<h1>Hello</h1>");
    }

    @Test
    void whatIsNotThereIsNotFound() throws IOException {
        assertThat(reply("GET /none HTTP/1.0")).startsWith("HTTP/1.1 404");
    }

    @Test
    void nothingOutsideTheFolderIsServed() throws IOException {
        assertThat(reply("GET /../secret HTTP/1.0")).startsWith("HTTP/1.1 404");
        assertThat(reply("GET /%2e%2e/secret HTTP/1.0")).startsWith("HTTP/1.1 404");
        assertThat(reply("GET /link HTTP/1.0")).startsWith("HTTP/1.1 404");
    }

    @Test
    void aHeadIsAReplyWithoutABodyAndNothingElseIsDone() throws IOException {
        assertThat(reply("HEAD / HTTP/1.0")).startsWith("HTTP/1.1 200").doesNotContain("Hello");
        assertThat(reply("POST / HTTP/1.0")).startsWith("HTTP/1.1 501");
    }

    // by hand, for a client would tidy the path up
    private String reply(String request) throws IOException {
        try (var socket =
                new Socket(server.getAddress().getAddress(), server.getAddress().getPort())) {
            socket.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
