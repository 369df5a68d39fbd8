package dev.clipstream.runtime.web;

import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/// Configures the web server so that slow and hostile clients hold up neither others nor health.
///
/// Each request has a virtual thread, so clients that neither send nor receive occupy no thread that others need. A
/// connection whose request body was not read is closed instead of waiting for the body.
final class HttpServer implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    @Override
    public void customize(TomcatServletWebServerFactory server) {
        server.setProtocol(HeaderDeadlineProtocol.class.getName());
        server.addConnectorCustomizers(HttpServer::customize);
        server.addEngineValves(new EntryValve());
        server.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemReportValve.class.getName());
            }
        });
    }

    private static void customize(Connector connector) {
        // a media id may contain slashes and backslashes
        connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
            http.setExecutor(new VirtualThreadExecutor("http-"));
            // a client that waits for it sends no body that is refused
            http.setContinueResponseTiming("onRead");
        }
    }
}
