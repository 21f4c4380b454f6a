// SPDX-License-Identifier: Apache-2.0
// A camera for tests: rtsp://127.0.0.1:PORT/stream with a moving picture of 640 x 360, or a film (H.264 in
// MP4) as fast as it plays. Prints the port.
//   rtsp_server h264|h265|FILE.mp4 [USER:PASSWORD]
#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc < 2) return 2;
  const std::string what = argv[1];
  const std::string drawn =
      "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=15/1 ! ";
  const std::string launch =
      what == "h264" ? drawn +
                           "x264enc speed-preset=ultrafast tune=zerolatency key-int-max=15 ! rtph264pay "
                           "name=pay0 pt=96 )"
      : what == "h265" ? drawn +
                             "x265enc speed-preset=ultrafast tune=zerolatency key-int-max=15 ! rtph265pay "
                             "name=pay0 pt=96 )"
                       : "( filesrc location=" + what +
                             " ! qtdemux ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )";
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  GstRTSPServer* server = gst_rtsp_server_new();
  gst_rtsp_server_set_address(server, "127.0.0.1");
  gst_rtsp_server_set_service(server, "0");
  GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
  gst_rtsp_media_factory_set_launch(factory, launch.c_str());
  gst_rtsp_media_factory_set_shared(factory, TRUE);
  gst_rtsp_mount_points_add_factory(gst_rtsp_server_get_mount_points(server), "/stream", factory);
  if (argc > 2) {
    const std::string login = argv[2];
    const std::size_t colon = login.find(':');
    GstRTSPAuth* auth = gst_rtsp_auth_new();
    gst_rtsp_auth_set_supported_methods(auth, GST_RTSP_AUTH_DIGEST);
    GstRTSPToken* token =
        gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "user", nullptr);
    gst_rtsp_auth_add_digest(auth, login.substr(0, colon).c_str(), login.substr(colon + 1).c_str(), token);
    gst_rtsp_server_set_auth(server, auth);
    gst_rtsp_media_factory_add_role(factory, "user", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN, TRUE,
                                    GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE, nullptr);
  }
  gst_rtsp_server_attach(server, nullptr);
  std::printf("%d\n", gst_rtsp_server_get_bound_port(server));
  std::fflush(stdout);
  g_main_loop_run(loop);
}
