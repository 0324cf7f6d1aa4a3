package io.operatorlib.testing.cluster.images;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A web server for the files of a folder: what {@code httpd} of busybox is, as far as a pod uses it. Where busybox
 * listens on all addresses, this listens on its pod's, for the pods of a local cluster share the machine's network.
 */
public final class Httpd {
    private static final String USAGE = """
            usage: httpd -f [-v] [-p PORT] [-h FOLDER]
              -f         stays in the foreground; a container's program has to
              -v         says what it serves
              -p PORT    to listen on; 80 by default
              -h FOLDER  to serve; the current one by default
            """;

    private final Path root;
    private final boolean verbose;

    private Httpd(Path root, boolean verbose) {
        this.root = root;
        this.verbose = verbose;
    }

    /** Serves until the process is ended. */
    public static void main(String[] arguments) throws IOException {
        int port = 80;
        Path folder = Path.of("");
        var words = List.of(arguments).iterator();
        boolean verbose = false;
        boolean foreground = false;
        while (words.hasNext()) {
            switch (words.next()) {
                case "-f" -> foreground = true;
                case "-v" -> verbose = true;
                case "-p" -> port = Integer.parseInt(words.next());
                case "-h" -> folder = Path.of(words.next());
                default -> {
                    System.err.print(USAGE);
                    System.exit(1);
                }
            }
        }
        if (!foreground) {
            System.err.print(USAGE);
            System.exit(1);
        }
        // a pod's name leads to its address, by its own hosts file
        start(folder, new InetSocketAddress(InetAddress.getLocalHost(), port), verbose);
    }

    static HttpServer start(Path folder, InetSocketAddress address, boolean verbose) throws IOException {
        var server = HttpServer.create(address, 0);
        server.createContext("/", new Httpd(folder.toRealPath(), verbose)::serve);
        server.start();
        return server;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Optional<Path> file = file(path);
            boolean read = List.of("GET", "HEAD").contains(exchange.getRequestMethod());
            int status = !read ? 501 : file.isPresent() ? 200 : 404;
            byte[] body = status == 200 ? Files.readAllBytes(file.orElseThrow()) : page(status);
            String type = status == 200 ? type(file.orElseThrow()) : "text/html";
            exchange.getResponseHeaders().set("Content-Type", type);
            boolean empty = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
            exchange.sendResponseHeaders(status, empty ? -1 : body.length);
            if (!empty) {
                exchange.getResponseBody().write(body);
            }
            if (verbose) {
                System.err.println(exchange.getRemoteAddress() + ": url:" + path + " response:" + status);
            }
        }
    }

    private Optional<Path> file(String path) throws IOException {
        Path wished = root.resolve(path.replaceFirst("^/+", "")).normalize();
        Path file = Files.isDirectory(wished) ? wished.resolve("index.html") : wished;
        // the files of a ConfigMap may be links; they stay within their folder
        return Files.isRegularFile(file) && file.toRealPath().startsWith(root) ? Optional.of(file) : Optional.empty();
    }

    private static byte[] page(int status) {
        String text = status == 404 ? "404 Not Found" : "501 Not Implemented";
        return ("<h1>" + text + "</h1>\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String type(Path file) {
        String type = URLConnection.guessContentTypeFromName(file.toString());
        return type == null ? "application/octet-stream" : type;
    }
}
