# rtsp.py - an RTSP server out of GStreamer: rtsp://127.0.0.1:PORT/h264 and /h265 play a clip.
# usage: rtsp.py PORT DIR: DIR has clip.mp4 and clip265.mp4.
import sys
import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
for name, clip in (("264", "clip.mp4"), ("265", "clip265.mp4")):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch("( filesrc location=%s/%s ! qtdemux ! h%sparse ! rtph%spay name=pay0 config-interval=-1 )"
                       % (sys.argv[2], clip, name, name))
    server.get_mount_points().add_factory("/h" + name, factory)
server.attach(None)
GLib.MainLoop().run()
