from django.urls import URLPattern

app_name = "api-meetings"
urlpatterns: list[URLPattern] = []
