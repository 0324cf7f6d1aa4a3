package io.operatorlib.testing.apiserver.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** One request and the reply to it. Used by one thread. */
public interface HttpExchange {
    HttpRequest request();

    /** The certificate that the client showed in the handshake; it may be signed by anybody. */
    Optional<X509Certificate> clientCertificate();

    /** Sends a whole reply. */
    void reply(int status, String contentType, byte[] body) throws IOException;

    /** Adds a header to the reply that is yet to come. */
    void header(String name, String value);

    /**
     * Begins a reply that goes on until the stream is closed. Every flush reaches the client at once.
     *
     * @throws IOException if the client has gone
     */
    OutputStream stream(int status, String contentType) throws IOException;

    /**
     * Leaves HTTP: sends {@code 101 Switching Protocols} with the headers that were added; what follows on the
     * connection is not HTTP. It ends when the exchange does.
     *
     * @throws IOException if the client has gone
     */
    Wire upgrade() throws IOException;

    /** Both directions of a connection. Reading and writing may be done by two threads. */
    record Wire(InputStream in, OutputStream out) {}

    /** Tells whether the client has closed the connection; waits for a millisecond to find out. */
    boolean clientGone();
}
