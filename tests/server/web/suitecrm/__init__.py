"""Tests of `server/web/suitecrm`."""
